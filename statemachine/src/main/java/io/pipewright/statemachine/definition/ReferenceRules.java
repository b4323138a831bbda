package io.pipewright.statemachine.definition;

import io.pipewright.statemachine.variables.VariableReference;
import io.pipewright.statemachine.variables.Variables;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import software.amazon.awssdk.services.codepipeline.model.EnvironmentVariable;
import software.amazon.awssdk.services.codepipeline.model.PipelineDeclaration;
import software.amazon.awssdk.services.codepipeline.model.PipelineVariableDeclaration;

/**
 * References to variables in the configuration and the environment of actions. That a key exists in an action's namespace
 * is known only when the action has run.
 */
final class ReferenceRules {

    private static final String FORMAT =
            "Valid format for a pipeline execution variable reference is a namespace and a key separated by a period (.). ";

    private ReferenceRules() {
    }

    /** A value in which references are resolved. */
    private record Site(Located.Action action, String key, String path, String value) {

        String details(String reference) {
            return "StageName=[" + action.stageName() + "], ActionName=[" + action.name() + "], ActionConfigurationKey=["
                    + key + "], VariableReferenceText=[" + reference + "]";
        }
    }

    /** AWS's wording for other variables than the pipeline's isn't known. */
    static Stream<Finding> sourcesReferToNothing(PipelineDeclaration pipeline, Context context) {
        return sites(pipeline)
                .filter(site -> Declarations.isSource(site.action().declaration()))
                .flatMap(site -> Variables.references(site.value()).stream().map(reference -> Finding.structure(
                        "reference-in-source",
                        site.path(),
                        (isPipelineLevel(pipeline, reference) ? "Variables at the pipeline level" : "Variables")
                                + " cannot be used in source actions.\n" + site.details(reference.text()),
                        "Write the value itself.")));
    }

    static Stream<Finding> pipelineVariablesAreDeclared(PipelineDeclaration pipeline, Context context) {
        return references(pipeline, (site, reference) ->
                isPipelineLevel(pipeline, reference) && !isDeclared(pipeline, reference)
                        ? Optional.of(Finding.structure(
                                "reference-declared",
                                site.path(),
                                "The referenced variables haven't been declared.\n",
                                "Declare the pipeline variable " + reference.key() + "."))
                        : Optional.empty());
    }

    /** AWS's wording after its first sentence isn't known. */
    static Stream<Finding> referencesHaveTheirForm(PipelineDeclaration pipeline, Context context) {
        return sites(pipeline).flatMap(site -> Variables.malformed(site.value()).stream().map(content -> Finding.action(
                "reference-format",
                site.path(),
                FORMAT + "The following pipeline execution variables do not have a valid format.\n" + site.details(content),
                "Write #{namespace.key}.")));
    }

    static Stream<Finding> namespacesExist(PipelineDeclaration pipeline, Context context) {
        Map<String, ActionPosition> namespaces = Declarations.namespaces(pipeline);
        return references(pipeline, (site, reference) ->
                isOfAction(pipeline, reference) && !namespaces.containsKey(reference.namespace())
                        ? Optional.of(Finding.action(
                                "reference-namespace",
                                site.path(),
                                FORMAT + "The following pipeline execution variables are referencing a namespace that does not "
                                        + "exist.\n" + site.details(reference.text()),
                                "Give the action that makes the variable the namespace " + reference.namespace() + "."))
                        : Optional.empty());
    }

    /** AWS's wording isn't known. */
    static Stream<Finding> referencedActionsRunBefore(PipelineDeclaration pipeline, Context context) {
        Map<String, ActionPosition> namespaces = Declarations.namespaces(pipeline);
        return references(pipeline, (site, reference) -> {
            ActionPosition producer = namespaces.get(reference.namespace());
            return isOfAction(pipeline, reference) && producer != null
                            && !Declarations.runsBefore(pipeline, producer, site.action().position())
                    ? Optional.of(Finding.action(
                            "reference-order",
                            site.path(),
                            "The following pipeline execution variables are referencing an action that does not run before "
                                    + "the action that uses them.\n" + site.details(reference.text()),
                            "Refer to an action of an earlier stage, or of the same stage with a lower runOrder."))
                    : Optional.empty();
        });
    }

    @FunctionalInterface
    private interface ReferenceCheck {
        Optional<Finding> check(Site site, VariableReference reference);
    }

    /** Every reference outside of sources, for which there is a rule of their own. */
    private static Stream<Finding> references(PipelineDeclaration pipeline, ReferenceCheck check) {
        return sites(pipeline)
                .filter(site -> !Declarations.isSource(site.action().declaration()))
                .flatMap(site -> Variables.references(site.value()).stream()
                        .flatMap(reference -> check.check(site, reference).stream()));
    }

    private static Stream<Site> sites(PipelineDeclaration pipeline) {
        return Located.actions(pipeline).flatMap(action -> Stream.concat(configuration(action), environment(action)));
    }

    private static Stream<Site> configuration(Located.Action action) {
        return action.declaration().configuration().entrySet().stream().map(entry -> new Site(
                action, entry.getKey(), action.path("configuration." + entry.getKey()), entry.getValue()));
    }

    private static Stream<Site> environment(Located.Action action) {
        return IntStream.range(0, action.declaration().environmentVariables().size()).mapToObj(index -> {
            EnvironmentVariable variable = action.declaration().environmentVariables().get(index);
            return new Site(
                    action, variable.name(), action.path("environmentVariables[" + index + "].value"), variable.value());
        });
    }

    private static boolean isOfAction(PipelineDeclaration pipeline, VariableReference reference) {
        return !reference.namespace().equals(VariableReference.EXECUTION) && !isPipelineLevel(pipeline, reference);
    }

    /** An action may own the namespace in a pipeline that declares no variables. */
    private static boolean isPipelineLevel(PipelineDeclaration pipeline, VariableReference reference) {
        return reference.namespace().equals(VariableReference.PIPELINE_LEVEL)
                && (!pipeline.variables().isEmpty()
                        || !Declarations.namespaces(pipeline).containsKey(VariableReference.PIPELINE_LEVEL));
    }

    private static boolean isDeclared(PipelineDeclaration pipeline, VariableReference reference) {
        return pipeline.variables().stream()
                .map(PipelineVariableDeclaration::name)
                .anyMatch(reference.key()::equals);
    }
}
