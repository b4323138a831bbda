package io.pipewright.statemachine.definition;

import io.pipewright.statemachine.actiontypes.ActionProperty;
import io.pipewright.statemachine.actiontypes.ActionTypeEntry;
import java.util.Locale;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import software.amazon.awssdk.services.codepipeline.model.ActionDeclaration;
import software.amazon.awssdk.services.codepipeline.model.ActionOwner;
import software.amazon.awssdk.services.codepipeline.model.ActionTypeId;
import software.amazon.awssdk.services.codepipeline.model.OutputArtifact;
import software.amazon.awssdk.services.codepipeline.model.PipelineDeclaration;

/** What an action's type demands of it. An action of an unknown type is reported once, for its type. */
final class ActionRules {

    /** CreateCustomActionType: the value of a queryable property. */
    private static final Pattern QUERYABLE = Pattern.compile("[A-Za-z0-9_-]{1,20}");

    private ActionRules() {
    }

    static Stream<Finding> typesExist(PipelineDeclaration pipeline, Context context) {
        return Located.actions(pipeline)
                .filter(action -> context.actionTypes().find(action.declaration().actionTypeId()).isEmpty())
                .map(action -> Finding.action(
                        "action-type-exists",
                        action.path("actionTypeId"),
                        describe(action.declaration().actionTypeId()) + " in action '" + action.name()
                                + "' is not available in region '" + context.region().toUpperCase(Locale.ROOT).replace('-', '_')
                                + "'",
                        "Use a type of ListActionTypes, or create the custom type first."));
    }

    static Stream<Finding> requiredKeysAreThere(PipelineDeclaration pipeline, Context context) {
        return ofKnownType(pipeline, context, (action, type) -> type.properties().stream()
                .filter(property -> property.required()
                        && !action.declaration().configuration().containsKey(property.name()))
                .map(property -> Finding.action(
                        "configuration-required",
                        action.path("configuration." + property.name()),
                        "Action configuration for action '" + action.name() + "' is missing required configuration '"
                                + property.name() + "'",
                        "Add " + property.name() + " to the action's configuration.")));
    }

    static Stream<Finding> keysAreKnown(PipelineDeclaration pipeline, Context context) {
        return ofKnownType(pipeline, context, (action, type) -> action.declaration().configuration().keySet().stream()
                .filter(key -> type.property(key).isEmpty())
                .map(key -> Finding.action(
                        "configuration-known",
                        action.path("configuration." + key),
                        "Action configuration for action '" + action.name() + "' contains unknown configuration '" + key + "'",
                        "Remove " + key + "; the keys are: " + type.properties().stream()
                                .map(ActionProperty::name)
                                .collect(Collectors.joining(", ")) + ".")));
    }

    /** AWS's wording isn't known. */
    static Stream<Finding> queryableValuesAreShort(PipelineDeclaration pipeline, Context context) {
        return ofKnownType(pipeline, context, (action, type) -> type.properties().stream()
                .filter(ActionProperty::queryable)
                .filter(property -> action.declaration().configuration().containsKey(property.name()))
                .filter(property -> !QUERYABLE.matcher(
                        action.declaration().configuration().get(property.name())).matches())
                .map(property -> Finding.action(
                        "configuration-queryable",
                        action.path("configuration." + property.name()),
                        "Action configuration for action '" + action.name() + "' has an invalid value for queryable configuration '"
                                + property.name() + "'",
                        "Use 1 to 20 letters, digits, underscores and hyphens.")));
    }

    static Stream<Finding> artifactCountsFit(PipelineDeclaration pipeline, Context context) {
        return ofKnownType(pipeline, context, (action, type) -> Stream.of(
                        ArtifactRules.count(action, "input", action.declaration().inputArtifacts().size(), type.inputs()),
                        ArtifactRules.count(action, "output", action.declaration().outputArtifacts().size(), type.outputs()))
                .flatMap(finding -> finding));
    }

    static Stream<Finding> commandsAreThere(PipelineDeclaration pipeline, Context context) {
        return Located.actions(pipeline)
                .filter(action -> runsCommands(action.declaration()) && action.declaration().commands().isEmpty())
                .map(action -> Finding.action(
                        "commands-required",
                        action.path("commands"),
                        "Action " + action.name() + " must have a non-empty commands field",
                        "Add commands."));
    }

    /** AWS names commands in its message for an artifact's files too. */
    static Stream<Finding> onlyComputeHasCommands(PipelineDeclaration pipeline, Context context) {
        return Located.actions(pipeline)
                .filter(action -> !runsCommands(action.declaration()))
                .flatMap(action -> computeMembers(action.declaration()).map(member -> Finding.action(
                        "commands-compute-only",
                        action.path(member),
                        "The following action cannot contain a commands field: " + action.name()
                                + ". To use the commands field, use a compute action.",
                        "Remove " + member + ", or use a Commands action.")));
    }

    /** AWS's wording isn't known. */
    static Stream<Finding> commandsOutputsNameFiles(PipelineDeclaration pipeline, Context context) {
        return Located.actions(pipeline)
                .filter(action -> runsCommands(action.declaration()))
                .flatMap(action -> outputs(action.declaration(), output -> output.files().isEmpty())
                        .mapToObj(output -> Finding.action(
                                "commands-output-files",
                                action.path("outputArtifacts[" + output + "].files"),
                                "Action " + action.name() + " must have a non-empty files field for output artifact "
                                        + action.declaration().outputArtifacts().get(output).name(),
                                "Add the files that the artifact is made of.")));
    }

    private static Stream<String> computeMembers(ActionDeclaration action) {
        return Stream.of(
                        action.commands().isEmpty() ? Stream.<String>empty() : Stream.of("commands"),
                        action.outputVariables().isEmpty() ? Stream.<String>empty() : Stream.of("outputVariables"),
                        outputs(action, output -> !output.files().isEmpty())
                                .mapToObj(output -> "outputArtifacts[" + output + "].files"))
                .flatMap(members -> members);
    }

    private static IntStream outputs(ActionDeclaration action, Predicate<OutputArtifact> which) {
        return IntStream.range(0, action.outputArtifacts().size())
                .filter(output -> which.test(action.outputArtifacts().get(output)));
    }

    private static boolean runsCommands(ActionDeclaration action) {
        return action.actionTypeId().owner() == ActionOwner.AWS && action.actionTypeId().provider().equals("Commands");
    }

    private static String describe(ActionTypeId id) {
        return "ActionType (Category: '" + id.categoryAsString() + "', Provider: '" + id.provider() + "', Owner: '"
                + id.ownerAsString() + "', Version: '" + id.version() + "')";
    }

    private static Stream<Finding> ofKnownType(
            PipelineDeclaration pipeline,
            Context context,
            BiFunction<Located.Action, ActionTypeEntry, Stream<Finding>> check) {
        return Located.actions(pipeline).flatMap(action -> context.actionTypes()
                .find(action.declaration().actionTypeId())
                .map(type -> check.apply(action, type))
                .orElseGet(Stream::empty));
    }
}
