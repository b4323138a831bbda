package io.pipewright.functions.wire;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.stream.Collectors;

/**
 * An error that a call answers, as clients see it: HTTP status and {@code {"__type": code, "message": text}}.
 *
 * <p>Texts are those of recordings of the real service, where there is one; for the rest the method says that the text is ours.
 * An instance is an answer and carries no stack trace, save where it hides a fault ({@link #internalFailure}).
 */
public final class ApiError extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int BAD_REQUEST = 400;

    private final String code;
    private final int httpStatus;

    private ApiError(int httpStatus, String code, String message, Throwable cause) {
        super(message, cause, false, cause != null);
        this.code = code;
        this.httpStatus = httpStatus;
    }

    /** The error's name, {@code __type} on the wire: never with a namespace. */
    public String code() {
        return code;
    }

    /** 400 for all of CodePipeline's modelled errors. */
    public int httpStatus() {
        return httpStatus;
    }

    /** The answer's body; without {@code message} for those errors that AWS sends without. */
    public ObjectNode body() {
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("__type", code);
        return getMessage() == null ? body : body.put("message", getMessage());
    }

    private static ApiError badRequest(String code, String message) {
        return new ApiError(BAD_REQUEST, code, message, null);
    }

    // Of the protocol

    /** The body is no JSON, or a member has the wrong JSON type; the message may be null. */
    public static ApiError serialization(String message) {
        return badRequest("SerializationException", message);
    }

    /** {@code X-Amz-Target} names no operation. */
    public static ApiError unknownOperation() {
        return new ApiError(404, "UnknownOperationException", null, null);
    }

    /** AWS has the operation, this release of Pipewright does not. */
    public static ApiError notAvailable(String operation) {
        return new ApiError(501, "NotImplementedException",
                "This release of Pipewright doesn't serve the operation " + operation + ".", null);
    }

    /** The caller lacks the permission. */
    public static ApiError accessDenied(String message) {
        return new ApiError(403, "AccessDeniedException", message, null);
    }

    /** The body is larger than the service takes. */
    public static ApiError requestTooLarge() {
        return new ApiError(413, "RequestEntityTooLargeException", null, null);
    }

    /** A fault of ours; clients try again. The cause is for our log and never part of the answer. */
    public static ApiError internalFailure(Throwable cause) {
        return new ApiError(500, "InternalFailure", null, cause);
    }

    /** A request that breaks a rule which the model does not state. */
    public static ApiError validation(String message) {
        return badRequest("ValidationException", message);
    }

    /** A page token that was not given out for this request. */
    public static ApiError invalidNextToken(String token) {
        return badRequest("InvalidNextTokenException",
                "The nextToken value '" + token + "' is not valid. Specify a valid nextToken value, and then try again.");
    }

    // Pipelines

    /** Every operation but GetPipeline names a missing pipeline so. */
    public static ApiError pipelineNotFound(String account, String pipeline) {
        return badRequest("PipelineNotFoundException",
                "The account with AWS account ID '" + account + "' does not include a pipeline named '" + pipeline + "'");
    }

    /** GetPipeline's own wording. */
    public static ApiError pipelineNotFoundByGet(String account, String pipeline) {
        return badRequest("PipelineNotFoundException",
                "Account '" + account + "' does not have a pipeline with name '" + pipeline + "'");
    }

    /** GetPipeline asks for a version that never was; the text is ours. */
    public static ApiError pipelineVersionNotFound(String pipeline, int version) {
        return badRequest("PipelineVersionNotFoundException",
                "Pipeline '" + pipeline + "' does not have a version " + version);
    }

    /** CreatePipeline with a taken name; the text is that of emulators. */
    public static ApiError pipelineNameInUse(String account, String pipeline) {
        return badRequest("PipelineNameInUseException",
                "A pipeline with the name '" + pipeline + "' already exists in account '" + account + "'");
    }

    /** The declaration as a whole is wrong. */
    public static ApiError invalidStructure(String message) {
        return badRequest("InvalidStructureException", message);
    }

    /** A stage of the declaration is wrong. */
    public static ApiError invalidStageDeclaration(String message) {
        return badRequest("InvalidStageDeclarationException", message);
    }

    /** An action of the declaration is wrong. */
    public static ApiError invalidActionDeclaration(String message) {
        return badRequest("InvalidActionDeclarationException", message);
    }

    /** A quota of the account is reached. */
    public static ApiError limitExceeded(String message) {
        return badRequest("LimitExceededException", message);
    }

    /** Another call changed the same thing meanwhile; the text is ours. */
    public static ApiError concurrentModification(String resource) {
        return badRequest("ConcurrentModificationException",
                "The resource " + resource + " was changed by another request. Try again.");
    }

    // Runs

    /** @param execution the id asked for, or null, which the service writes out when only a nested filter named the run */
    public static ApiError pipelineExecutionNotFound(String execution, String pipeline) {
        return badRequest("PipelineExecutionNotFoundException",
                "Pipeline Execution with id '" + execution + "' does not exist in pipeline with name '" + pipeline + "'");
    }

    /** The pipeline has as many active runs as it may have; the text is ours. */
    public static ApiError concurrentPipelineExecutionsLimitExceeded(String pipeline, int limit) {
        return badRequest("ConcurrentPipelineExecutionsLimitExceededException",
                "The pipeline '" + pipeline + "' has reached the limit of " + limit + " concurrent pipeline executions.");
    }

    /** StopPipelineExecution: the run is over, or already being abandoned. */
    public static ApiError pipelineExecutionNotStoppable(String execution, String pipeline) {
        return badRequest("PipelineExecutionNotStoppableException",
                "The pipeline execution with ID '" + execution + "' in '" + pipeline + "' can't be stopped now. Either it does not exist "
                        + "in the pipeline, or the pipeline execution has no action executions in progress.");
    }

    /** StopPipelineExecution: a second stop-and-wait. */
    public static ApiError duplicatedStopRequest(String execution, String pipeline) {
        return badRequest("DuplicatedStopRequestException",
                "The execution with ID " + execution + " in " + pipeline + " is already in a stopping state. If you already "
                        + "chose to stop and wait, you cannot make that request again. You can choose to stop and "
                        + "abandon now, but be aware that this option can lead to failed actions. If you already chose to stop and "
                        + "abandon, you cannot make that request again.");
    }

    /** The pipeline has no stage of that name. */
    public static ApiError stageNotFound(String pipeline, String stage) {
        return badRequest("StageNotFoundException", "Pipeline '" + pipeline + "' does not have a stage with name '" + stage + "'");
    }

    /** RetryStageExecution: nothing failed, the run is not in the stage any more, or the definition changed. */
    public static ApiError stageNotRetryable(String stage, String pipeline, String execution) {
        return badRequest("StageNotRetryableException",
                "The stage named " + stage + " in the " + pipeline + " pipeline can't be retried now. Either it contains no "
                        + "failed actions, the execution '" + execution + "' is already superseded, or the pipeline "
                        + "definition has changed since the action(s) failed.");
    }

    /** A newer run went through the stage; the text is ours. */
    public static ApiError notLatestPipelineExecution(String execution, String stage, String pipeline) {
        return badRequest("NotLatestPipelineExecutionException",
                "Pipeline Execution with id '" + execution + "' is not the latest in stage with name '" + stage
                        + "' of pipeline with name '" + pipeline + "'");
    }

    /** StartPipelineExecution, and a declaration with the same variable twice ({@link #invalidStructure}), use this text. */
    public static String variableNameInUse(String variable) {
        return "Variable names must be unique. The following variable name is already in use: " + variable;
    }

    /** StartPipelineExecution: an override names no source action of the pipeline. */
    public static ApiError unknownSourceAction() {
        return validation(
                "The action name provided in the source revision is not valid. The action must be a source action in your pipeline.");
    }

    /** StartPipelineExecution: an override brings a kind of revision that the source action doesn't take; the text is ours. */
    public static ApiError unsuitableRevisionType(String type, String action, Collection<?> taken) {
        return validation("The revision type " + type + " provided in the source revision is not valid for the action " + action
                + ". The action takes " + taken.stream().map(Object::toString).sorted().collect(Collectors.joining(", ")) + ".");
    }

    // Actions and approvals

    /** The stage has no action of that name; the text is ours. */
    public static ApiError actionNotFound(String stage, String action) {
        return badRequest("ActionNotFoundException", "Stage '" + stage + "' does not have an action with name '" + action + "'");
    }

    /** PutApprovalResult: the token is unknown, or died by an update or an abandon. */
    public static ApiError approvalOutdated(String pipeline) {
        return badRequest("InvalidApprovalTokenException",
                "The pipeline " + pipeline + " has been updated, and the approval request you responded to is now out of date.");
    }

    /** PutApprovalResult: the action wants a summary; the approval stays pending and its token good. */
    public static ApiError approvalSummaryRequired(String action, String stage) {
        return badRequest("InvalidApprovalTokenException",
                "Action '" + action + "' in stage '" + stage + "' requires a summary. "
                        + "Provide a summary in the approval result and try again.");
    }

    /** PutApprovalResult: answered before, or failed. */
    public static ApiError approvalAlreadyCompleted() {
        return badRequest("ApprovalAlreadyCompletedException",
                "The approval request that you responded to is already complete or has expired. Review the latest revisions in the "
                        + "pipeline, and then try again.");
    }

    // Jobs

    /** The job is unknown, or of another account or region. */
    public static ApiError jobNotFound(String job) {
        return badRequest("JobNotFoundException", "Job with id '" + job + "' does not exist");
    }

    /** A result repeated with other content. */
    public static ApiError jobAlreadyHasResult(String job) {
        return badRequest("InvalidJobStateException",
                "The status of job with id " + job + " is already set to the desired value. It cannot be updated with the same status, "
                        + "but different result or output variables.");
    }

    /** The opposite result of the one that the job has. */
    public static ApiError jobAlreadyTerminated(String job) {
        return badRequest("InvalidJobStateException", "Job with id " + job + " has already terminated");
    }

    /** PutJobSuccessResult with a continuation token and output variables; the job stays usable. */
    public static ApiError continuationWithOutputVariables() {
        return validation("A job can not contain both a continuation token and output variables.");
    }

    /** PutJobSuccessResult: too many bytes of variables; the text is ours. */
    public static ApiError outputVariablesSizeExceeded(int limitBytes) {
        return badRequest("OutputVariablesSizeExceededException",
                "The output variables of the action exceed the limit of " + limitBytes + " bytes.");
    }

    // Tags

    /** More than 50 tags; the text is that of emulators. */
    public static ApiError tooManyTags(String arn) {
        return badRequest("TooManyTagsException", "Tag limit exceeded for resource [" + arn + "].");
    }

    /** A tag key that begins with {@code aws:}; the text is that of emulators. */
    public static ApiError systemTag() {
        return badRequest("InvalidTagsException",
                "Not allowed to modify system tags. System tags start with 'aws:'. "
                        + "msg=[Caller is an end user and not allowed to mutate system tags]");
    }
}
