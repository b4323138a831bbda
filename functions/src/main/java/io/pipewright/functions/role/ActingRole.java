package io.pipewright.functions.role;

import io.pipewright.functions.settings.Settings;
import java.util.List;
import software.amazon.awssdk.services.codepipeline.model.ActionDeclaration;
import software.amazon.awssdk.services.codepipeline.model.PipelineDeclaration;

/**
 * As whom an action acts: as its own {@code roleArn}, which the pipeline's role assumes, else as the pipeline's.
 *
 * @param chain ARNs of the roles to assume, each by the one before; empty for the function's own role
 * @param externalId the pipeline's ARN, on which a role's trust can depend
 * @param session name of the sessions: the action execution id, so that CloudTrail tells executions apart
 */
public record ActingRole(List<String> chain, String externalId, String session) {

    public ActingRole {
        chain = List.copyOf(chain);
    }

    /** The deployment's default role stands for the functions' own roles, and is never assumed. */
    public static ActingRole of(
            Settings settings, PipelineDeclaration pipeline, ActionDeclaration action, String actionExecutionId) {
        return new ActingRole(chain(settings.defaultRole(), pipeline.roleArn(), action.roleArn()),
                settings.pipelineArn(pipeline.name()), actionExecutionId);
    }

    private static List<String> chain(String defaultRole, String pipeline, String action) {
        String last = action == null || action.isEmpty() ? pipeline : action;
        if (last.equals(defaultRole)) {
            return List.of();
        }
        return last.equals(pipeline) || pipeline.equals(defaultRole) ? List.of(last) : List.of(pipeline, last);
    }
}
