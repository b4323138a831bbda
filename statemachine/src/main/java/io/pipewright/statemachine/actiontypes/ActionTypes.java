package io.pipewright.statemachine.actiontypes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.codepipeline.model.ActionCategory;
import software.amazon.awssdk.services.codepipeline.model.ActionDeclaration;
import software.amazon.awssdk.services.codepipeline.model.ActionOwner;
import software.amazon.awssdk.services.codepipeline.model.ActionTypeId;

/** AWS's and third parties' action types, which every account has. */
public final class ActionTypes {

    private static final List<ActionTypeEntry> ALL = read();
    private static final Map<ActionTypeId, ActionTypeEntry> BY_ID =
            ALL.stream().collect(Collectors.toUnmodifiableMap(ActionTypeEntry::id, Function.identity()));

    /** "Quotas in AWS CodePipeline": all other actions. */
    private static final Duration OTHER_TIME_LIMIT = Duration.ofHours(1);

    private ActionTypes() {
    }

    /** The type with exactly this category, owner, provider and version. Never a custom one. */
    public static Optional<ActionTypeEntry> find(ActionTypeId id) {
        return Optional.ofNullable(BY_ID.get(id));
    }

    /** All types, those of ListActionTypes first and in its order. */
    public static List<ActionTypeEntry> all() {
        return ALL;
    }

    /** Looks types of owner Custom up in {@code custom} and all others here. */
    public static ActionTypeLookup with(ActionTypeLookup custom) {
        return id -> id.owner() == ActionOwner.CUSTOM ? custom.find(id) : find(id);
    }

    /**
     * How long this action may take: its own {@code timeoutInMinutes} for approvals (the only actions whose timeout AWS
     * documents as settable), else its type's limit, 24 hours for custom types, 1 hour for a type that isn't known.
     */
    public static Duration timeLimit(ActionDeclaration action) {
        ActionTypeId type = action.actionTypeId();
        if (type.category() == ActionCategory.APPROVAL && action.timeoutInMinutes() != null) {
            return Duration.ofMinutes(action.timeoutInMinutes());
        }
        if (type.owner() == ActionOwner.CUSTOM) {
            return ActionTypeEntry.CUSTOM_TIME_LIMIT;
        }
        return find(type).map(ActionTypeEntry::timeLimit).orElse(OTHER_TIME_LIMIT);
    }

    private static List<ActionTypeEntry> read() {
        try (InputStream json = ActionTypes.class.getResourceAsStream("action-types.json")) {
            List<ActionTypeEntry> types = new ArrayList<>();
            new ObjectMapper().readTree(json).forEach(type -> types.add(entry(type)));
            return List.copyOf(types);
        } catch (IOException e) {
            throw new UncheckedIOException("The catalogue of action types can't be read", e);
        }
    }

    private static ActionTypeEntry entry(JsonNode type) {
        return new ActionTypeEntry(
                id(type.get("id").textValue()),
                properties(type),
                bounds(type.get("inputs")),
                bounds(type.get("outputs")),
                type.get("v2Only").booleanValue(),
                Duration.ofMinutes(type.get("timeLimitMinutes").intValue()),
                new ConsoleUrls(
                        type.path("entityUrl").textValue(),
                        type.path("executionUrl").textValue(),
                        type.path("revisionUrl").textValue()),
                type.get("listed").booleanValue());
    }

    private static ActionTypeId id(String path) {
        String[] parts = path.split("/");
        return ActionTypeId.builder().category(parts[0]).owner(parts[1]).provider(parts[2]).version(parts[3]).build();
    }

    private static List<ActionProperty> properties(JsonNode type) {
        Set<String> required = Set.copyOf(texts(type.path("required")));
        Set<String> notKey = Set.copyOf(texts(type.path("notKey")));
        Set<String> secret = Set.copyOf(texts(type.path("secret")));
        return texts(type.get("properties")).stream()
                .map(name -> new ActionProperty(
                        name, required.contains(name), !notKey.contains(name), secret.contains(name), false))
                .collect(Collectors.toList());
    }

    private static ArtifactBounds bounds(JsonNode range) {
        return new ArtifactBounds(range.get(0).intValue(), range.get(1).intValue());
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(text -> texts.add(text.textValue()));
        return texts;
    }
}
