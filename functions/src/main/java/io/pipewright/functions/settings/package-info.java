/** What surrounds the functions: names given by whoever deploys them, and AWS's clients. */
package io.pipewright.functions.settings;
