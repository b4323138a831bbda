package io.pipewright.statemachine.variables;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Finds and replaces references. There is no nesting and no expression, and a value is resolved once: a value that itself
 * contains {@code #{…}} stays text. The same reading serves the check at create and the resolution at run time, so what
 * was accepted is what is replaced.
 */
public final class Variables {

    private static final Pattern BRACES = Pattern.compile("#\\{([^{}]*)}");
    private static final Pattern REFERENCE = Pattern.compile("([A-Za-z0-9@\\-_]+)\\.([A-Za-z0-9@\\-_]+)");

    private Variables() {
    }

    /** The references in a value, in order and as often as they occur. */
    public static List<VariableReference> references(String value) {
        return contents(value).stream()
                .map(Variables::reference)
                .flatMap(Optional::stream)
                .collect(Collectors.toUnmodifiableList());
    }

    /** What stands between the braces of each {@code #{…}} in a value that isn't a namespace and a key joined by a point. */
    public static List<String> malformed(String value) {
        return contents(value).stream()
                .filter(content -> reference(content).isEmpty())
                .collect(Collectors.toUnmodifiableList());
    }

    /**
     * Puts the variables' values in the place of their references, everywhere or nowhere. {@code #{…}} that isn't a
     * reference stays as it is.
     *
     * @param lookup the value of a variable; empty when it has none
     */
    public static Resolution resolve(
            Map<String, String> configuration, Function<VariableReference, Optional<String>> lookup) {
        Map<VariableReference, String> values = new LinkedHashMap<>();
        Set<VariableReference> unresolved = new LinkedHashSet<>();
        for (String value : configuration.values()) {
            for (VariableReference reference : references(value)) {
                lookup.apply(reference).ifPresentOrElse(
                        found -> values.put(reference, found), () -> unresolved.add(reference));
            }
        }
        if (!unresolved.isEmpty()) {
            return new Resolution.Unresolved(List.copyOf(unresolved));
        }
        Map<String, String> resolved = new LinkedHashMap<>();
        configuration.forEach((key, value) -> resolved.put(key, replace(value, values)));
        return new Resolution.Resolved(resolved);
    }

    private static String replace(String value, Map<VariableReference, String> values) {
        return BRACES.matcher(value).replaceAll(braces -> Matcher.quoteReplacement(
                reference(braces.group(1)).map(values::get).orElse(braces.group())));
    }

    private static Optional<VariableReference> reference(String content) {
        Matcher matcher = REFERENCE.matcher(content);
        return matcher.matches()
                ? Optional.of(new VariableReference(matcher.group(1), matcher.group(2)))
                : Optional.empty();
    }

    private static List<String> contents(String value) {
        return BRACES.matcher(value).results().map(braces -> braces.group(1)).collect(Collectors.toList());
    }
}
