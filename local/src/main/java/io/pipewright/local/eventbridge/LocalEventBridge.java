package io.pipewright.local.eventbridge;

import io.pipewright.local.database.Database;
import io.pipewright.local.eventbridge.DeliveryQueue.Parcel;
import io.pipewright.local.eventbridge.Matcher.Subscription;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.DeleteRuleRequest;
import software.amazon.awssdk.services.eventbridge.model.DeleteRuleResponse;
import software.amazon.awssdk.services.eventbridge.model.DescribeRuleRequest;
import software.amazon.awssdk.services.eventbridge.model.DescribeRuleResponse;
import software.amazon.awssdk.services.eventbridge.model.DisableRuleRequest;
import software.amazon.awssdk.services.eventbridge.model.DisableRuleResponse;
import software.amazon.awssdk.services.eventbridge.model.EnableRuleRequest;
import software.amazon.awssdk.services.eventbridge.model.EnableRuleResponse;
import software.amazon.awssdk.services.eventbridge.model.ListRulesRequest;
import software.amazon.awssdk.services.eventbridge.model.ListRulesResponse;
import software.amazon.awssdk.services.eventbridge.model.ListTargetsByRuleRequest;
import software.amazon.awssdk.services.eventbridge.model.ListTargetsByRuleResponse;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequest;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;
import software.amazon.awssdk.services.eventbridge.model.PutEventsResponse;
import software.amazon.awssdk.services.eventbridge.model.PutEventsResultEntry;
import software.amazon.awssdk.services.eventbridge.model.PutRuleRequest;
import software.amazon.awssdk.services.eventbridge.model.PutRuleResponse;
import software.amazon.awssdk.services.eventbridge.model.PutTargetsRequest;
import software.amazon.awssdk.services.eventbridge.model.PutTargetsResponse;
import software.amazon.awssdk.services.eventbridge.model.RemoveTargetsRequest;
import software.amazon.awssdk.services.eventbridge.model.RemoveTargetsResponse;
import software.amazon.awssdk.services.eventbridge.model.RuleState;
import software.amazon.awssdk.services.eventbridge.model.Target;

/**
 * EventBridge's default bus in this process.
 *
 * <p>An event that matches a rule is written, with a delivery for each target, before {@link #putEvents} returns; from
 * then on it is delivered at least once, by threads of its own, retried with exponential backoff for 24 hours or 185
 * attempts ("Event retry policy", EventBridge user guide) and then dropped with one line of JSON on standard error. An
 * event that matches nothing is not written.
 *
 * <p>Left out on purpose: other buses, schedules, tags, retry policies and dead-letter queues of targets, archives. What
 * is left out is refused by name.
 */
public final class LocalEventBridge implements EventBridgeClient, AutoCloseable {
    static final int CONCURRENT_DELIVERIES = 8;
    private static final int MOST_RULES = 300;
    private static final int MOST_TARGETS = 5;
    private static final int LONGEST_PATTERN = 2048;
    private static final int LARGEST_PAGE = 100;
    private static final Pattern RULE_NAME = Pattern.compile("[.\\-_A-Za-z0-9]{1,64}");

    private final Clock clock;
    private final String region;
    private final String account;
    private final RuleStore store;
    private final DeliveryQueue queue;
    private final Watchers watchers = new Watchers();
    private final NavigableMap<String, Rule> rules = new TreeMap<>();
    /** Null after a change of rules, until the next event needs it: it is dear to make, and rules are put by the hundred. */
    private volatile Matcher matcher;

    /** Opens the bus; deliveries begin with {@link #start}. The database and the targets stay the caller's to close. */
    public LocalEventBridge(Database database, Clock clock, Targets targets, String region, String account) {
        this.clock = clock;
        this.region = region;
        this.account = account;
        this.store = new RuleStore(database);
        store.all().forEach(rule -> rules.put(rule.name(), rule));
        this.queue = new DeliveryQueue(database, clock, "eventbridge_delivery",
            target -> targets.inOrder(target) ? 1 : CONCURRENT_DELIVERIES,
            delivery -> targets.deliver(delivery.parcel().lane(), delivery.parcel().body()),
            LocalEventBridge::retry, LocalEventBridge::logDrop);
    }

    /** Begins to deliver, first what earlier processes left. */
    public void start() {
        queue.start();
    }

    /**
     * Waits until what earlier processes left for the target, and what was put before {@link #start}, has been offered to it once.
     *
     * @throws InterruptedException when the thread is interrupted meanwhile
     */
    public void awaitHeldBack(String targetArn) throws InterruptedException {
        queue.awaitHeldBack(targetArn);
    }

    /** 0.1 s doubled up to 8 minutes: both of the service's limits are reached at about the same time. */
    static Optional<Duration> retry(int failedAttempts, Duration age) {
        if (failedAttempts >= 185 || age.compareTo(Duration.ofHours(24)) >= 0) {
            return Optional.empty();
        }
        return Optional.of(Duration.ofMillis(Math.min(100L << Math.min(failedAttempts - 1, 20), 480_000L)));
    }

    private static void logDrop(DeliveryQueue.Delivery delivery, Throwable failure) {
        log(delivery.parcel(), delivery.attempts(), String.valueOf(failure));
    }

    private static void log(Parcel parcel, int attempts, String error) {
        System.err.println(Json.write(Json.MAPPER.createObjectNode()
            .put("level", "ERROR").put("message", "EventBridge delivery dropped").put("delivery", parcel.label())
            .put("target", parcel.lane()).put("attempts", attempts).put("error", error)));
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    // Rules

    @Override
    public synchronized PutRuleResponse putRule(PutRuleRequest request) {
        refuseIf(request.scheduleExpression() != null, "ScheduleExpression");
        refuseIf(request.hasTags() && !request.tags().isEmpty(), "Tags");
        checkBus(request.eventBusName());
        checkRuleName(request.name(), "name");
        checkPattern(request.eventPattern());
        Rule previous = rules.get(request.name());
        if (previous == null && rules.size() >= MOST_RULES) {
            throw Errors.limit("The requested resource exceeds the maximum number allowed.");
        }
        RuleState state = request.state() == null ? RuleState.ENABLED : request.state();
        refuseIf(state != RuleState.ENABLED && state != RuleState.DISABLED, "State " + request.stateAsString());
        save(new Rule(request.name(), request.eventPattern(), state, request.description(), request.roleArn(),
            previous == null ? List.of() : previous.targets()));
        return PutRuleResponse.builder().ruleArn(arn(request.name())).build();
    }

    private static void checkPattern(String pattern) {
        if (pattern == null || pattern.isEmpty()) {
            throw Errors.validation("Parameter(s) EventPattern or ScheduleExpression must be specified.");
        }
        if (pattern.length() > LONGEST_PATTERN) {
            throw Errors.validation("Event pattern is longer than " + LONGEST_PATTERN + " characters.");
        }
        Matcher.refusal(pattern).ifPresent(reason -> {
            throw Errors.invalidPattern("Event pattern is not valid. Reason: " + reason);
        });
    }

    @Override
    public synchronized DescribeRuleResponse describeRule(DescribeRuleRequest request) {
        Rule rule = rule(request.name(), request.eventBusName(), "name");
        return DescribeRuleResponse.builder().name(rule.name()).arn(arn(rule.name())).eventPattern(rule.pattern()).state(rule.state())
            .description(rule.description()).roleArn(rule.roleArn()).eventBusName("default").createdBy(account).build();
    }

    @Override
    public synchronized ListRulesResponse listRules(ListRulesRequest request) {
        checkBus(request.eventBusName());
        String prefix = request.namePrefix() == null ? "" : request.namePrefix();
        List<Rule> found = rules.tailMap(after(request.nextToken()), false).values().stream()
            .filter(rule -> rule.name().startsWith(prefix)).toList();
        int size = Math.min(pageSize(request.limit()), found.size());
        return ListRulesResponse.builder().rules(found.subList(0, size).stream().map(this::shown).toList())
            .nextToken(size < found.size() ? token(found.get(size - 1).name()) : null).build();
    }

    private software.amazon.awssdk.services.eventbridge.model.Rule shown(Rule rule) {
        return software.amazon.awssdk.services.eventbridge.model.Rule.builder().name(rule.name()).arn(arn(rule.name()))
            .eventPattern(rule.pattern()).state(rule.state()).description(rule.description()).roleArn(rule.roleArn())
            .eventBusName("default").build();
    }

    @Override
    public synchronized DeleteRuleResponse deleteRule(DeleteRuleRequest request) {
        checkBus(request.eventBusName());
        checkRuleName(request.name(), "name");
        Rule rule = rules.get(request.name());
        if (rule != null && !rule.targets().isEmpty()) {
            throw Errors.validation("Rule can't be deleted since it has targets.");
        }
        if (rule != null) {
            store.delete(rule.name());
            rules.remove(rule.name());
        }
        return DeleteRuleResponse.builder().build();
    }

    @Override
    public synchronized EnableRuleResponse enableRule(EnableRuleRequest request) {
        save(rule(request.name(), request.eventBusName(), "name").withState(RuleState.ENABLED));
        return EnableRuleResponse.builder().build();
    }

    @Override
    public synchronized DisableRuleResponse disableRule(DisableRuleRequest request) {
        save(rule(request.name(), request.eventBusName(), "name").withState(RuleState.DISABLED));
        return DisableRuleResponse.builder().build();
    }

    // Targets

    @Override
    public synchronized PutTargetsResponse putTargets(PutTargetsRequest request) {
        Rule rule = rule(request.rule(), request.eventBusName(), "rule");
        if (request.targets().isEmpty()) {
            throw Errors.constraint(request.targets(), "targets", "Member must have length greater than or equal to 1");
        }
        Map<String, Target> targets = new LinkedHashMap<>();
        rule.targets().forEach(target -> targets.put(target.id(), target));
        int position = 0;
        for (Target target : request.targets()) {
            position++;
            check(target, position);
            targets.put(target.id(), target);
        }
        if (targets.size() > MOST_TARGETS) {
            throw Errors.limit("The requested resource exceeds the maximum number allowed.");
        }
        save(rule.withTargets(List.copyOf(targets.values())));
        return PutTargetsResponse.builder().failedEntryCount(0).failedEntries(List.of()).build();
    }

    private static void check(Target target, int position) {
        String path = "targets." + position + ".member.";
        if (target.id() == null || !RULE_NAME.matcher(target.id()).matches()) {
            throw Errors.constraint(target.id(), path + "id", "Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+");
        }
        if (target.arn() == null || target.arn().isEmpty()) {
            throw Errors.constraint(target.arn(), path + "arn", "Member must not be null");
        }
        if (!target.arn().startsWith("arn:")) {
            throw Errors.validation("Parameter " + target.arn() + " is not valid. Reason: Provided Arn is not in correct format.");
        }
        Stream.of("KinesisParameters", "RunCommandParameters", "EcsParameters", "BatchParameters", "SqsParameters", "HttpParameters",
                "RedshiftDataParameters", "SageMakerPipelineParameters", "DeadLetterConfig", "RetryPolicy", "AppSyncParameters")
            .forEach(parameter -> refuseIf(target.getValueForField(parameter, Object.class).isPresent(), parameter));
        TargetInputs.read(target, position);
    }

    @Override
    public synchronized RemoveTargetsResponse removeTargets(RemoveTargetsRequest request) {
        Rule rule = rule(request.rule(), request.eventBusName(), "rule");
        save(rule.withTargets(rule.targets().stream().filter(target -> !request.ids().contains(target.id())).toList()));
        return RemoveTargetsResponse.builder().failedEntryCount(0).failedEntries(List.of()).build();
    }

    @Override
    public synchronized ListTargetsByRuleResponse listTargetsByRule(ListTargetsByRuleRequest request) {
        List<Target> targets = rule(request.rule(), request.eventBusName(), "rule").targets().stream()
            .sorted((a, b) -> a.id().compareTo(b.id())).filter(target -> target.id().compareTo(after(request.nextToken())) > 0).toList();
        int size = Math.min(pageSize(request.limit()), targets.size());
        return ListTargetsByRuleResponse.builder().targets(targets.subList(0, size))
            .nextToken(size < targets.size() ? token(targets.get(size - 1).id()) : null).build();
    }

    // Events

    @Override
    public PutEventsResponse putEvents(PutEventsRequest request) {
        refuseIf(request.endpointId() != null, "EndpointId");
        Entries.check(request.entries());
        Instant now = clock.instant();
        List<Event> taken = new ArrayList<>();
        List<PutEventsResultEntry> results = new ArrayList<>();
        for (PutEventsRequestEntry entry : request.entries()) {
            results.add(Entries.refusal(entry).orElseGet(() -> {
                String id = UUID.randomUUID().toString();
                if (isDefaultBus(entry.eventBusName())) {
                    taken.add(Event.of(id, entry.source(), entry.detailType(), account, region,
                        entry.time() == null ? now : entry.time(), now, entry.resources(), entry.detail()));
                }
                return PutEventsResultEntry.builder().eventId(id).build();
            }));
        }
        publish(taken);
        int failed = (int) results.stream().filter(result -> result.errorCode() != null).count();
        return PutEventsResponse.builder().failedEntryCount(failed).entries(results).build();
    }

    /**
     * Puts an event of an AWS service on the bus, as the service itself would; as durable as {@link #putEvents}.
     *
     * @param source such as {@code aws.s3}
     * @param resources ARNs, may be empty
     * @param detailJson one JSON object; its text is delivered as it is
     * @throws IllegalArgumentException if the detail isn't a JSON object
     */
    public void putServiceEvent(String source, String detailType, List<String> resources, String detailJson) {
        if (!Json.isObject(detailJson)) {
            throw new IllegalArgumentException("The detail of " + detailType + " is not a JSON object: " + detailJson);
        }
        Instant now = clock.instant();
        publish(List.of(Event.of(UUID.randomUUID().toString(), source, detailType, account, region, now, now, resources, detailJson)));
    }

    private void publish(List<Event> events) {
        List<Parcel> parcels = new ArrayList<>();
        Matcher current = currentMatcher();
        for (Event event : events) {
            for (Subscription subscription : current.match(event)) {
                parcel(event, subscription).ifPresent(parcels::add);
            }
        }
        if (!parcels.isEmpty()) {
            queue.accept(parcels);
        }
        events.forEach(event -> watchers.show(event.json()));
    }

    private Optional<Parcel> parcel(Event event, Subscription subscription) {
        String ruleArn = arn(subscription.ruleName());
        String label = "event " + event.id() + " of " + ruleArn + " to target " + subscription.target().id();
        return subscription.input().of(event, subscription.ruleName(), ruleArn)
            .map(text -> new Parcel(subscription.target().arn(), label, text.getBytes(StandardCharsets.UTF_8)))
            .filter(parcel -> {
                // The service doesn't deliver what is not JSON, and doesn't retry it: INVALID_JSON in a dead-letter queue.
                boolean deliverable = Json.syntaxError(new String(parcel.body(), StandardCharsets.UTF_8)).isEmpty();
                if (!deliverable) {
                    log(parcel, 0, "INVALID_JSON: Invalid input for target.");
                }
                return deliverable;
            });
    }

    /**
     * Shows the listener every event of the bus, matched or not, from now on, in a thread of its own. Nothing is kept
     * for it: events that come while it is 10,000 behind pass it by.
     *
     * @param listener receives each event in its envelope as JSON
     * @return ends the watching
     */
    public AutoCloseable subscribe(Consumer<String> listener) {
        return watchers.add(listener);
    }

    // What the operations share

    private void save(Rule rule) {
        store.put(rule);
        rules.put(rule.name(), rule);
        matcher = null;
    }

    private Matcher currentMatcher() {
        Matcher current = matcher;
        if (current != null) {
            return current;
        }
        synchronized (this) {
            matcher = new Matcher(rules.values());
            return matcher;
        }
    }

    private Rule rule(String name, String bus, String path) {
        checkBus(bus);
        checkRuleName(name, path);
        Rule rule = rules.get(name);
        if (rule == null) {
            throw Errors.notFound("Rule " + name + " does not exist on EventBus default.");
        }
        return rule;
    }

    private static void checkRuleName(String name, String path) {
        if (name == null || !RULE_NAME.matcher(name).matches()) {
            throw Errors.constraint(name, path, "Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+");
        }
    }

    private void checkBus(String bus) {
        if (!isDefaultBus(bus)) {
            throw Errors.notFound("Event bus " + bus + " does not exist.");
        }
    }

    private boolean isDefaultBus(String bus) {
        return bus == null || bus.equals("default") || bus.equals("arn:aws:events:" + region + ":" + account + ":event-bus/default");
    }

    private String arn(String ruleName) {
        return "arn:aws:events:" + region + ":" + account + ":rule/" + ruleName;
    }

    private static void refuseIf(boolean given, String parameter) {
        if (given) {
            throw Errors.unsupported(parameter);
        }
    }

    private static int pageSize(Integer limit) {
        if (limit != null && (limit < 1 || limit > LARGEST_PAGE)) {
            throw Errors.constraint(limit, "limit", "Member must have value between 1 and " + LARGEST_PAGE);
        }
        return limit == null ? LARGEST_PAGE : limit;
    }

    private static String token(String last) {
        return Base64.getUrlEncoder().encodeToString(last.getBytes(StandardCharsets.UTF_8));
    }

    private static String after(String token) {
        try {
            return token == null ? "" : new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw Errors.validation("Invalid NextToken value.");
        }
    }

    /** Ends the deliveries; those that are not made are made after the next start. */
    @Override
    public void close() {
        watchers.close();
        queue.close();
    }
}
