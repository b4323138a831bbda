package io.pipewright.statemachine.actiontypes;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Templates of the pages that show an action's resource, one execution of it, and a source revision.
 *
 * <p>{@code {Config:Key}}, {@code {ExternalExecutionId}}, {@code {RevisionId}}, {@code {Console}} and {@code {Region}} are
 * filled when a page is asked for. {@code <region>} is filled already in what ListActionTypes answers. Null: no such page.
 */
public record ConsoleUrls(String entity, String execution, String revision) {

    /** A type without pages. */
    public static final ConsoleUrls NONE = new ConsoleUrls(null, null, null);

    private static final String CONSOLE = "https://console.aws.amazon.com";
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([A-Za-z]+)(?::([^{}]+))?}");

    /** The same templates as an answer in this region shows them. */
    public ConsoleUrls in(String region) {
        return new ConsoleUrls(localized(entity, region), localized(execution, region), localized(revision, region));
    }

    /**
     * The template with every placeholder filled.
     *
     * @param configuration the action's configuration, resolved where values are known
     * @param values the other placeholders by name; a missing one leaves no page
     */
    static Optional<String> expand(
            String template, Map<String, String> configuration, Map<String, String> values, String region) {
        if (template == null) {
            return Optional.empty();
        }
        Matcher placeholder = PLACEHOLDER.matcher(localized(template, region));
        StringBuilder url = new StringBuilder();
        while (placeholder.find()) {
            String value = value(placeholder, configuration, values, region);
            if (value == null) {
                return Optional.empty();
            }
            placeholder.appendReplacement(url, Matcher.quoteReplacement(value));
        }
        return Optional.of(placeholder.appendTail(url).toString());
    }

    private static String value(
            Matcher placeholder, Map<String, String> configuration, Map<String, String> values, String region) {
        switch (placeholder.group(1)) {
            case "Config":
                return configuration.get(placeholder.group(2));
            case "Console":
                return CONSOLE;
            case "Region":
                return region;
            default:
                return values.get(placeholder.group(1));
        }
    }

    private static String localized(String template, String region) {
        return template == null ? null : template.replace("<region>", region);
    }
}
