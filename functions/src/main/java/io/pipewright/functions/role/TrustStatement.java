package io.pipewright.functions.role;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What a role's trust policy must hold before a pipeline's actions can act as that role.
 *
 * @param principal the account whose functions assume the role, {@code arn:aws:iam::<account>:root}, or the pipeline's role, which
 *     assumes an action's
 * @param externalId the pipeline's ARN
 */
public record TrustStatement(String principal, String externalId) {

    /** For a role that Pipewright's functions assume. Which of the account's roles may is said by their own policies. */
    public static TrustStatement forFunctions(String role, String account, String externalId) {
        String partition = role.startsWith("arn:") ? role.split(":", 3)[1] : "aws";
        return new TrustStatement("arn:" + partition + ":iam::" + account + ":root", externalId);
    }

    /** As a statement of a policy document. */
    public ObjectNode json() {
        ObjectNode statement = JsonNodeFactory.instance.objectNode().put("Effect", "Allow");
        statement.putObject("Principal").put("AWS", principal);
        statement.put("Action", "sts:AssumeRole");
        statement.putObject("Condition").putObject("StringEquals").put("sts:ExternalId", externalId);
        return statement;
    }
}
