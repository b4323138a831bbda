package io.pipewright.statemachine.definition;

import io.pipewright.statemachine.variables.VariableReference;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import software.amazon.awssdk.services.codepipeline.model.PipelineDeclaration;

/** Names of pipeline variables and of the namespaces of actions. */
final class NamespaceRules {

    private NamespaceRules() {
    }

    static Stream<Finding> variableNamesAreUnique(PipelineDeclaration pipeline, Context context) {
        Set<String> names = new HashSet<>();
        return IntStream.range(0, pipeline.variables().size())
                .filter(variable -> !names.add(pipeline.variables().get(variable).name()))
                .mapToObj(variable -> Finding.structure(
                        "variable-names-unique",
                        "variables[" + variable + "].name",
                        "Variable names must be unique. The following variable name is already in use: "
                                + pipeline.variables().get(variable).name(),
                        "Declare the variable once."));
    }

    /** A pipeline without variables may use their namespace for an action. AWS's wording for codepipeline isn't known. */
    static Stream<Finding> namespacesAreNotReserved(PipelineDeclaration pipeline, Context context) {
        return Located.actions(pipeline)
                .filter(action -> isReserved(pipeline, action.declaration().namespace()))
                .map(action -> Finding.structure(
                        "namespace-reserved",
                        action.path("namespace"),
                        "One or more of the chosen namespaces is reserved. Note that there is a namespace for variables at the "
                                + "pipeline level.\n",
                        "Choose another namespace than " + action.declaration().namespace() + "."));
    }

    static Stream<Finding> namespacesAreUnique(PipelineDeclaration pipeline, Context context) {
        Set<String> names = new HashSet<>();
        return Located.actions(pipeline)
                .filter(action -> action.declaration().namespace() != null && !names.add(action.declaration().namespace()))
                .map(action -> Finding.action(
                        "namespace-unique",
                        action.path("namespace"),
                        "Namespaces must be unique across the pipeline definition. The following occur more than once in the "
                                + "pipeline.\nStageName=[" + action.stageName() + "], ActionName=[" + action.name()
                                + "], Namespace=[" + action.declaration().namespace() + "]",
                        "Give each action a namespace of its own."));
    }

    private static boolean isReserved(PipelineDeclaration pipeline, String namespace) {
        return VariableReference.EXECUTION.equals(namespace)
                || VariableReference.PIPELINE_LEVEL.equals(namespace) && !pipeline.variables().isEmpty();
    }
}
