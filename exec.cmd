@rem npm scripts begin with exec, so that signals reach the program itself. cmd has no exec: this file runs the rest of the line.
@%*
