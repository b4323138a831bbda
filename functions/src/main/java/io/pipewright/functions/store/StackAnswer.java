package io.pipewright.functions.store;

/**
 * What CloudFormation was told of a request about a custom resource.
 *
 * @param physicalId the resource's name among those of its kind; another one than before means that it was replaced
 * @param reason why it failed, for whoever deploys; empty when it succeeded
 */
public record StackAnswer(boolean succeeded, String physicalId, String reason) {

    public static StackAnswer success(String physicalId) {
        return new StackAnswer(true, physicalId, "");
    }

    public static StackAnswer failure(String physicalId, String reason) {
        return new StackAnswer(false, physicalId, reason);
    }
}
