package io.pipewright.local.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The words behind a command's name, told apart. A library would do the same and cost a fifth of the start-up time.
 *
 * @param operands in their order
 * @param options name with its dashes → values in their order; a flag has the empty text
 */
record Arguments(List<String> operands, Map<String, List<String>> options) {

    /**
     * Reads {@code --name value}, {@code --name=value} and {@code --flag}; after {@code --} everything is an operand.
     *
     * @param flags options that take no value
     * @param valued options that take one
     * @throws UsageException for any other option, and for one whose value is missing
     */
    static Arguments parse(List<String> words, Set<String> flags, Set<String> valued) {
        List<String> operands = new ArrayList<>();
        Map<String, List<String>> options = new HashMap<>();
        for (Iterator<String> rest = words.iterator(); rest.hasNext();) {
            String word = rest.next();
            if (word.equals("--")) {
                rest.forEachRemaining(operands::add);
            } else if (!word.startsWith("-") || word.equals("-")) {
                operands.add(word);
            } else {
                int equals = word.indexOf('=');
                String name = equals < 0 ? word : word.substring(0, equals);
                options.computeIfAbsent(name, any -> new ArrayList<>()).add(value(word, name, equals, rest, flags, valued));
            }
        }
        return new Arguments(operands, options);
    }

    private static String value(
            String word, String name, int equals, Iterator<String> rest, Set<String> flags, Set<String> valued) {
        if (flags.contains(name)) {
            if (equals >= 0) {
                throw new UsageException(name + " takes no value.");
            }
            return "";
        }
        if (!valued.contains(name)) {
            throw new UsageException("There is no option " + name + " here.");
        }
        if (equals >= 0) {
            return word.substring(equals + 1);
        }
        if (!rest.hasNext()) {
            throw new UsageException(name + " needs a value.");
        }
        return rest.next();
    }

    boolean has(String flag) {
        return options.containsKey(flag);
    }

    /** The option's value; of several the last. */
    Optional<String> value(String option) {
        List<String> values = values(option);
        return values.isEmpty() ? Optional.empty() : Optional.of(values.get(values.size() - 1));
    }

    List<String> values(String option) {
        return options.getOrDefault(option, List.of());
    }

    /**
     * The command's only operand.
     *
     * @param what how the usage calls it
     * @throws UsageException if there is none or more than one
     */
    String operand(String what) {
        if (operands.isEmpty()) {
            throw new UsageException(what + " is missing.");
        }
        if (operands.size() > 1) {
            throw new UsageException("One " + what + " is enough; I don't know what to do with " + operands.get(1) + ".");
        }
        return operands.get(0);
    }

    /** @throws UsageException if there are operands */
    void noOperands() {
        if (!operands.isEmpty()) {
            throw new UsageException("I don't know what to do with " + operands.get(0) + ".");
        }
    }
}
