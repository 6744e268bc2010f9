@rem In npm scripts a shell replaces itself by what follows exec, so that signals reach it; for cmd, which knows no exec, this does.
@%*
