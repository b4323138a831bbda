package io.pipewright.functions.api;

import io.pipewright.functions.execution.Engine;
import io.pipewright.functions.store.ActionRecord;
import io.pipewright.functions.store.Page;
import io.pipewright.functions.store.PipelineEntry;
import io.pipewright.functions.store.PipelineVersion;
import io.pipewright.functions.store.RunRecord;
import io.pipewright.functions.store.Store;
import io.pipewright.functions.wire.ApiError;
import io.pipewright.functions.wire.NextToken;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.codepipeline.model.ActionExecutionFilter;
import software.amazon.awssdk.services.codepipeline.model.LatestInPipelineExecutionFilter;
import software.amazon.awssdk.services.codepipeline.model.ListActionExecutionsRequest;
import software.amazon.awssdk.services.codepipeline.model.ListActionExecutionsResponse;
import software.amazon.awssdk.services.codepipeline.model.StartTimeRange;

/** The history of actions, with the filters as recorded. */
final class HistoryOperations {
    private static final String LIST = "ListActionExecutions";
    private static final int MOST_ACTIONS = 100;

    private final Engine engine;
    private final Store store;

    HistoryOperations(Engine engine) {
        this.engine = engine;
        this.store = engine.store();
    }

    void register(Api api) {
        api.operation(LIST, ListActionExecutionsRequest::builder, this::list);
    }

    private SdkPojo list(ListActionExecutionsRequest request, Caller caller) {
        PipelineEntry entry = store.entry(request.pipelineName()).orElseThrow(
                () -> ApiError.pipelineNotFound(engine.settings().account(), request.pipelineName()));
        Optional<ActionExecutionFilter> filter = Optional.ofNullable(request.filter());
        Optional<String> run = filter.map(ActionExecutionFilter::pipelineExecutionId);
        Optional<LatestInPipelineExecutionFilter> nested =
                filter.map(ActionExecutionFilter::latestInPipelineExecution);
        Optional<String> nestedRun = nested.map(LatestInPipelineExecutionFilter::pipelineExecutionId);
        run.ifPresent(id -> requireRun(entry, id, id));
        if (run.isPresent() && nestedRun.isPresent() && !run.equals(nestedRun)) {
            return ListActionExecutionsResponse.builder().actionExecutionDetails(List.of()).build();
        }
        nestedRun.ifPresent(id -> requireRun(entry, id, "null"));
        boolean latest = nested.map(one -> one.startTimeRange() == StartTimeRange.LATEST).orElse(false);
        return page(request, entry, run.or(() -> nestedRun), latest);
    }

    private RunRecord requireRun(PipelineEntry entry, String run, String named) {
        return Runs.of(store, entry, run)
                .orElseThrow(() -> ApiError.pipelineExecutionNotFound(named, entry.name()));
    }

    private SdkPojo page(
            ListActionExecutionsRequest request, PipelineEntry entry, Optional<String> run, boolean latest) {
        String filter = entry.generation() + "/" + run.orElse("") + "/" + latest;
        Optional<String> after = Optional.ofNullable(request.nextToken())
                .map(token -> NextToken.decode(token, LIST, filter));
        int limit = request.maxResults() == null ? MOST_ACTIONS : request.maxResults();
        Page<ActionRecord> page = latest
                ? latest(run.orElseThrow(), after, limit)
                : run.map(id -> store.actions(id, after, limit))
                        .orElseGet(() -> store.actionsOfPipeline(entry.generation(), after, limit));
        return ListActionExecutionsResponse.builder()
                .actionExecutionDetails(page.elements().stream()
                        .map(action -> ActionViews.detail(version(entry, action), action, engine.settings().region()))
                        .toList())
                .nextToken(page.next().map(at -> NextToken.encode(LIST, filter, at)).orElse(null))
                .build();
    }

    /** The newest execution of each action of a run. */
    private Page<ActionRecord> latest(String run, Optional<String> after, int limit) {
        Set<String> seen = new HashSet<>();
        List<ActionRecord> left = store.actions(run).stream()
                .filter(action -> seen.add(action.stage() + "/" + action.action()))
                .filter(action -> after.isEmpty() || position(action).compareTo(after.get()) < 0).toList();
        boolean more = left.size() > limit;
        return new Page<>(more ? left.subList(0, limit) : left,
                more ? Optional.of(position(left.get(limit - 1))) : Optional.empty());
    }

    /** Where an action execution stands in the list, whatever starts meanwhile: the newest have the greatest. */
    private static String position(ActionRecord action) {
        return "%015d#%s".formatted(action.startedAt(), action.id());
    }

    private PipelineVersion version(PipelineEntry entry, ActionRecord action) {
        return store.version(entry.generation(), action.version()).orElseThrow();
    }
}
