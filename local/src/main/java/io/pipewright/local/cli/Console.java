package io.pipewright.local.cli;

import java.io.InputStream;
import java.io.PrintStream;

/** What a command reads from and writes to. */
record Console(Terminal terminal, InputStream in, PrintStream out, PrintStream err) {
}
