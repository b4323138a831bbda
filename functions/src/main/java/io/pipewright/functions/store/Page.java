package io.pipewright.functions.store;

import java.util.List;
import java.util.Optional;

/**
 * A page of a list.
 *
 * @param next where to go on, empty on the last page
 */
public record Page<T>(List<T> elements, Optional<String> next) { }
