package io.pipewright.functions.api;

import io.pipewright.functions.approval.Approvals;
import io.pipewright.functions.execution.Engine;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.codepipeline.model.PutApprovalResultRequest;
import software.amazon.awssdk.services.codepipeline.model.PutApprovalResultResponse;

/** Answers to manual approvals. */
final class ApprovalOperations {
    private final Approvals approvals;

    ApprovalOperations(Engine engine) {
        this.approvals = new Approvals(engine);
    }

    void register(Api api) {
        api.operation("PutApprovalResult", PutApprovalResultRequest::builder, this::put);
    }

    private SdkPojo put(PutApprovalResultRequest request, Caller caller) {
        return PutApprovalResultResponse.builder().approvedAt(approvals.decide(
                request.pipelineName(), request.stageName(), request.actionName(), request.token(), request.result(),
                caller.arn())).build();
    }
}
