package io.pipewright.infra;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import software.amazon.awscdk.Aws;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.cloudwatch.Alarm;
import software.amazon.awscdk.services.cloudwatch.ComparisonOperator;
import software.amazon.awscdk.services.cloudwatch.Dashboard;
import software.amazon.awscdk.services.cloudwatch.GraphWidget;
import software.amazon.awscdk.services.cloudwatch.IMetric;
import software.amazon.awscdk.services.cloudwatch.MathExpression;
import software.amazon.awscdk.services.cloudwatch.Metric;
import software.amazon.awscdk.services.cloudwatch.MetricOptions;
import software.amazon.awscdk.services.cloudwatch.TreatMissingData;
import software.amazon.awscdk.services.cloudwatch.actions.SnsAction;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.sns.ITopic;
import software.amazon.awscdk.services.sns.Topic;
import software.amazon.awscdk.services.sns.subscriptions.EmailSubscription;
import software.constructs.Construct;

/**
 * What an operator sees: a dashboard and a few alarms, each of which says that somebody should act. {@code docs/operations.md} says
 * what to do about each.
 */
final class Operations extends Construct {
    private static final Duration PERIOD = Duration.minutes(5);
    /** Functions of the run may fail now and then: their machine, or their event, tries again. */
    private static final int ERRORS = 3;
    /** An alarm's expression may take ten metrics. */
    private static final List<Handler> RUNS = List.of(Handler.GATE, Handler.SOURCE, Handler.BUILD, Handler.TEST,
            Handler.DEPLOY, Handler.APPROVAL, Handler.INVOKE, Handler.COMPUTE, Handler.COMPLETION, Handler.TRIGGER);
    private static final List<Handler> SURFACES = List.of(
            Handler.RECONCILER, Handler.API, Handler.REVIEW, Handler.JOBS, Handler.RESOURCE);

    private final String prefix;
    private final Functions functions;
    private final Storage storage;
    private final Triggers triggers;
    private final List<Metric> serverErrors;
    private final List<Metric> calls;
    private final ITopic topic;

    Operations(
            Construct scope, Decisions decisions, Functions functions, Storage storage, Triggers triggers, Api api,
            PublicPages pages) {
        super(scope, "Operations");
        this.prefix = decisions.prefix();
        this.functions = functions;
        this.storage = storage;
        this.triggers = triggers;
        this.serverErrors = List.of(
                api.api().metricServerError(sum("API")), pages.api().metricServerError(sum("pages and jobs")));
        this.calls = List.of(api.api().metricCount(sum("API")), pages.api().metricCount(sum("pages and jobs")));
        this.topic = decisions.alarmTopic().map(arn -> Topic.fromTopicArn(this, "Topic", arn))
                .orElseGet(this::createTopic);
        decisions.alarmEmail().ifPresent(address -> topic.addSubscription(new EmailSubscription(address)));
        createAlarms();
        createDashboard();
    }

    private ITopic createTopic() {
        Topic made = Topic.Builder.create(this, "Topic")
                .topicName(prefix + "alarms").displayName("Pipewright alarms").enforceSsl(true).build();
        made.addToResourcePolicy(PolicyStatement.Builder.create()
                .principals(List.of(new ServicePrincipal("cloudwatch.amazonaws.com")))
                .actions(List.of("sns:Publish"))
                .resources(List.of(made.getTopicArn()))
                .conditions(Map.of("StringEquals", Map.of("aws:SourceAccount", Aws.ACCOUNT_ID)))
                .build());
        return made;
    }

    private void createAlarms() {
        alarm("Undelivered", "Events wait in the queue that nobody could deal with.", 1,
                functions.undelivered().metricApproximateNumberOfMessagesVisible(
                        MetricOptions.builder().period(PERIOD).statistic("Maximum").build()));
        alarm("RunErrors", "Functions of pipelines' runs fail.", ERRORS, errors(RUNS));
        alarm("SurfaceErrors", "The reconciler, the API, the approval pages, the jobs endpoint or stacks' pipelines fail.", ERRORS,
                errors(SURFACES));
        alarm("RunThrottles", "Functions of pipelines' runs are throttled: the account's concurrency is used up.", 1,
                throttles(RUNS));
        alarm("SurfaceThrottles", "The reconciler, the API, the approval pages, the jobs endpoint or stacks' pipelines are throttled.", 1,
                throttles(SURFACES));
        alarm("ServerErrors", "API Gateway answers with server errors.", ERRORS, total("Server errors", serverErrors));
        alarm("BrokenMachines", "State machine executions end in a way that no pipeline asks for.", 1, brokenMachines());
        alarm("TableThrottles", "DynamoDB throttles the table.", 1, total("Throttles", tableThrottles()));
        Alarm silent = Alarm.Builder.create(this, "ReconcilerSilent")
                .alarmName(prefix + "ReconcilerSilent")
                .alarmDescription("The reconciler has not run for ten minutes: timeouts and what is owed wait.")
                .metric(functions.of(Handler.RECONCILER).live().metricInvocations(sum("reconciler")))
                .threshold(1).comparisonOperator(ComparisonOperator.LESS_THAN_THRESHOLD)
                .evaluationPeriods(2).treatMissingData(TreatMissingData.BREACHING)
                .build();
        silent.addAlarmAction(new SnsAction(topic));
    }

    private void alarm(String name, String description, int threshold, IMetric metric) {
        Alarm alarm = Alarm.Builder.create(this, name)
                .alarmName(prefix + name).alarmDescription(description).metric(metric)
                .threshold(threshold).comparisonOperator(ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD)
                .evaluationPeriods(1).treatMissingData(TreatMissingData.NOT_BREACHING)
                .build();
        alarm.addAlarmAction(new SnsAction(topic));
    }

    private void createDashboard() {
        Dashboard dashboard = Dashboard.Builder.create(this, "Dashboard").dashboardName(prefix + "operations").build();
        dashboard.addWidgets(
                graph("Executions", executions("ExecutionsStarted"), executions("ExecutionsSucceeded"),
                        executions("ExecutionsFailed"), executions("ExecutionsAborted")),
                graph("Ended unexpectedly, undelivered", brokenMachines(),
                        functions.undelivered().metricApproximateNumberOfMessagesVisible(
                                MetricOptions.builder().period(PERIOD).statistic("Maximum").label("undelivered").build())));
        dashboard.addWidgets(
                graph("Function errors", each(handler -> functions.of(handler).live().metricErrors(sum(handler.text())))),
                graph("Function duration, 95th percentile (ms)", each(handler -> functions.of(handler).live()
                        .metricDuration(MetricOptions.builder().period(PERIOD).statistic("p95").label(handler.text())
                                .build()))));
        dashboard.addWidgets(
                graph("API calls and server errors", calls.get(0), calls.get(1), serverErrors.get(0), serverErrors.get(1)),
                graph("Table: consumed units and throttles",
                        table("ConsumedWriteCapacityUnits"), table("ConsumedReadCapacityUnits"),
                        tableThrottles().get(0), tableThrottles().get(1)));
    }

    private static GraphWidget graph(String title, IMetric... metrics) {
        return GraphWidget.Builder.create().title(title).width(12).left(List.of(metrics)).build();
    }

    private IMetric[] each(Function<Handler, Metric> metric) {
        return Handler.all().map(metric).toArray(IMetric[]::new);
    }

    /** Machines come and go with pipelines, so their sum is a search; alarms can't search, hence {@link #brokenMachines()}. */
    private IMetric executions(String name) {
        return MathExpression.Builder.create()
                .expression("SUM(SEARCH('{AWS/States,StateMachineArn} MetricName=\"" + name + "\" \"stateMachine:" + prefix
                        + "\"', 'Sum', 300))")
                .label(name).period(PERIOD).usingMetrics(Map.of()).build();
    }

    private IMetric brokenMachines() {
        return Metric.Builder.create().namespace("AWS/Events").metricName("TriggeredRules")
                .dimensionsMap(Map.of("RuleName", triggers.brokenMachines().getRuleName()))
                .statistic("Sum").period(PERIOD).label("ended unexpectedly").build();
    }

    private IMetric errors(List<Handler> handlers) {
        return total("Errors", handlers.stream()
                .map(handler -> functions.of(handler).live().metricErrors(sum(handler.text()))).toList());
    }

    private IMetric throttles(List<Handler> handlers) {
        return total("Throttles", handlers.stream()
                .map(handler -> functions.of(handler).live().metricThrottles(sum(handler.text()))).toList());
    }

    private List<Metric> tableThrottles() {
        return List.of(table("ReadThrottleEvents"), table("WriteThrottleEvents"));
    }

    private Metric table(String name) {
        return storage.table().metric(name, sum(name));
    }

    private static IMetric total(String label, List<Metric> metrics) {
        Map<String, IMetric> named = new TreeMap<>();
        metrics.forEach(metric -> named.put("m" + named.size(), metric));
        return MathExpression.Builder.create()
                .expression(named.keySet().stream().map(id -> "FILL(" + id + ",0)").collect(Collectors.joining("+")))
                .usingMetrics(named).label(label).period(PERIOD).build();
    }

    private static MetricOptions sum(String label) {
        return MetricOptions.builder().statistic("Sum").period(PERIOD).label(label).build();
    }
}
