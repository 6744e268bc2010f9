@rem npm scripts use the shell's exec, so that signals reach the command itself. cmd has no exec; this file stands in for it.
@%*
