/** The one SQLite database of a data directory, which the twins share. */
package io.pipewright.local.database;
