package io.pipewright.statemachine.variables;

/**
 * One variable by its namespace and key, both case sensitive.
 *
 * @param namespace an action's namespace, {@value #PIPELINE_LEVEL} or {@value #EXECUTION}
 */
public record VariableReference(String namespace, String key) {

    /** The namespace of the variables that the pipeline declares. */
    public static final String PIPELINE_LEVEL = "variables";

    /** The namespace that every run fills; its one key is PipelineExecutionId. */
    public static final String EXECUTION = "codepipeline";

    /** As AWS's messages name it, {@code namespace.key}. */
    public String text() {
        return namespace + "." + key;
    }
}
