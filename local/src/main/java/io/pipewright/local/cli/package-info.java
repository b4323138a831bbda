/**
 * The {@code pipewright} command line: its commands, what they ask of the local home over AWS's clients, and what a person sees.
 *
 * <p>What a terminal shows is computed by pure functions from what the API answered; the commands only fetch, wait and print.
 */
package io.pipewright.local.cli;
