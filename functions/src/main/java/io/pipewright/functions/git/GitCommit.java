package io.pipewright.functions.git;

import java.time.Instant;

/**
 * What a commit says of itself.
 *
 * @param id forty hexadecimal digits
 * @param message without the line ends that git puts behind it
 * @param authored when the change was made
 * @param committed when the commit was made, which a rebase does again
 */
public record GitCommit(String id, String message, Instant authored, Instant committed) { }
