package io.pipewright.functions.api;

import io.pipewright.functions.approval.Approvals;
import io.pipewright.functions.execution.Engine;
import io.pipewright.functions.invoke.Jobs;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.codepipeline.model.GetJobDetailsRequest;
import software.amazon.awssdk.services.codepipeline.model.GetJobDetailsResponse;
import software.amazon.awssdk.services.codepipeline.model.PutApprovalResultRequest;
import software.amazon.awssdk.services.codepipeline.model.PutApprovalResultResponse;
import software.amazon.awssdk.services.codepipeline.model.PutJobFailureResultRequest;
import software.amazon.awssdk.services.codepipeline.model.PutJobSuccessResultRequest;

/** What people and workers report. */
final class WorkOperations {
    private final Approvals approvals;
    private final Jobs jobs;

    WorkOperations(Engine engine) {
        this.approvals = new Approvals(engine);
        this.jobs = new Jobs(engine);
    }

    void register(Api api) {
        api.operation("PutApprovalResult", PutApprovalResultRequest::builder, this::approve);
        api.operation("PutJobSuccessResult", PutJobSuccessResultRequest::builder, this::succeed);
        api.operation("PutJobFailureResult", PutJobFailureResultRequest::builder, this::fail);
        api.operation("GetJobDetails", GetJobDetailsRequest::builder, this::details);
    }

    private SdkPojo approve(PutApprovalResultRequest request, Caller caller) {
        return PutApprovalResultResponse.builder()
                .approvedAt(approvals.decide(request.pipelineName(), request.stageName(), request.actionName(),
                        request.token(), request.result(), caller.arn()))
                .build();
    }

    private SdkPojo succeed(PutJobSuccessResultRequest request, Caller caller) {
        jobs.succeed(request);
        return null;
    }

    private SdkPojo fail(PutJobFailureResultRequest request, Caller caller) {
        jobs.fail(request);
        return null;
    }

    private SdkPojo details(GetJobDetailsRequest request, Caller caller) {
        return GetJobDetailsResponse.builder().jobDetails(jobs.details(request.jobId())).build();
    }
}
