package io.pipewright.local.sfn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sfn.SfnClient;
import software.amazon.awssdk.services.sfn.model.CreateStateMachineResponse;
import software.amazon.awssdk.services.sfn.model.DescribeExecutionResponse;
import software.amazon.awssdk.services.sfn.model.DescribeStateMachineResponse;
import software.amazon.awssdk.services.sfn.model.ExecutionAlreadyExistsException;
import software.amazon.awssdk.services.sfn.model.ExecutionDoesNotExistException;
import software.amazon.awssdk.services.sfn.model.ExecutionStatus;
import software.amazon.awssdk.services.sfn.model.GetExecutionHistoryResponse;
import software.amazon.awssdk.services.sfn.model.HistoryEvent;
import software.amazon.awssdk.services.sfn.model.HistoryEventType;
import software.amazon.awssdk.services.sfn.model.InvalidArnException;
import software.amazon.awssdk.services.sfn.model.InvalidDefinitionException;
import software.amazon.awssdk.services.sfn.model.InvalidExecutionInputException;
import software.amazon.awssdk.services.sfn.model.InvalidNameException;
import software.amazon.awssdk.services.sfn.model.InvalidTokenException;
import software.amazon.awssdk.services.sfn.model.MissingRequiredParameterException;
import software.amazon.awssdk.services.sfn.model.SfnException;
import software.amazon.awssdk.services.sfn.model.StartExecutionResponse;
import software.amazon.awssdk.services.sfn.model.StateMachineAlreadyExistsException;
import software.amazon.awssdk.services.sfn.model.StateMachineDoesNotExistException;
import software.amazon.awssdk.services.sfn.model.StateMachineStatus;
import software.amazon.awssdk.services.sfn.model.StateMachineVersionListItem;
import software.amazon.awssdk.services.sfn.model.ValidateStateMachineDefinitionResultCode;

/** What Step Functions promise and the product relies on, as far as it can be seen without a Lambda function. */
abstract class SfnContract {
    private static final String PASS = "{\"StartAt\":\"A\",\"States\":{\"A\":{\"Type\":\"Pass\",\"End\":true}}}";
    private static final String OTHER = "{\"StartAt\":\"B\",\"States\":{\"B\":{\"Type\":\"Succeed\"}}}";
    private static final String LONG = "{\"StartAt\":\"W\",\"States\":{\"W\":{\"Type\":\"Wait\",\"Seconds\":3600,\"End\":true}}}";

    private final List<String> machines = new ArrayList<>();
    private SfnClient sfn;

    /** The client under test; asked for once per test. */
    abstract SfnClient client();

    /** Ends what {@link #client} began. */
    void closeClient() { }

    /** A role that machines may be created with. */
    abstract String role();

    @BeforeEach
    final void takeClient() {
        sfn = client();
    }

    @AfterEach
    final void deleteMachines() {
        machines.forEach(arn -> sfn.deleteStateMachine(request -> request.stateMachineArn(arn)));
        closeClient();
    }

    private static String name() {
        return "contract-" + UUID.randomUUID();
    }

    private String machine(String definition) {
        return create(name(), definition).stateMachineArn();
    }

    private CreateStateMachineResponse create(String name, String definition) {
        CreateStateMachineResponse response =
                sfn.createStateMachine(request -> request.name(name).definition(definition).roleArn(role()));
        machines.add(response.stateMachineArn());
        return response;
    }

    private StartExecutionResponse start(String machine, String name, String input) {
        return sfn.startExecution(request -> request.stateMachineArn(machine).name(name).input(input));
    }

    private DescribeExecutionResponse ended(String execution) {
        return await().atMost(Duration.ofSeconds(30)).ignoreExceptionsInstanceOf(ExecutionDoesNotExistException.class)
                .until(() -> sfn.describeExecution(request -> request.executionArn(execution)),
                        each -> each.status() != ExecutionStatus.RUNNING);
    }

    private static void refused(Class<? extends SfnException> type, String code, String message, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(type, error -> {
            assertThat(error.awsErrorDetails().errorCode()).isEqualTo(code);
            assertThat(error.awsErrorDetails().errorMessage()).contains(message);
            assertThat(error.statusCode()).isEqualTo(400);
        });
    }

    // Machines

    @Test
    void theSameCreationAgainIsTheSameAnswer() {
        String name = name();
        CreateStateMachineResponse first = create(name, PASS);
        CreateStateMachineResponse second = create(name, PASS);
        assertThat(second.stateMachineArn()).isEqualTo(first.stateMachineArn()).endsWith(":stateMachine:" + name);
        assertThat(second.creationDate()).isEqualTo(first.creationDate());
    }

    @Test
    void definitionsAreComparedAsText() {
        String name = name();
        create(name, PASS);
        refused(StateMachineAlreadyExistsException.class, "StateMachineAlreadyExists", "State Machine Already Exists: '",
                () -> create(name, PASS + " "));
    }

    @Test
    void aWrongDefinitionIsRefusedWithItsPlace() {
        refused(InvalidDefinitionException.class, "InvalidDefinition",
                "Invalid State Machine Definition: 'MISSING_TRANSITION_TARGET: Missing 'Next' target: B at /States/A/Next",
                () -> machine("{\"StartAt\":\"A\",\"States\":{\"A\":{\"Type\":\"Pass\",\"Next\":\"B\"}}}"));
        refused(InvalidDefinitionException.class, "InvalidDefinition", "SCHEMA_VALIDATION_FAILED: These fields are required", () -> machine("{}"));
        refused(InvalidDefinitionException.class, "InvalidDefinition", "INVALID_JSON_DESCRIPTION: ", () -> machine("{"));
    }

    @Test
    void validationSaysWhatCreationWould() {
        assertThat(sfn.validateStateMachineDefinition(request -> request.definition(PASS)).result())
                .isEqualTo(ValidateStateMachineDefinitionResultCode.OK);
        assertThat(sfn.validateStateMachineDefinition(request -> request.definition("{}")).result())
                .isEqualTo(ValidateStateMachineDefinitionResultCode.FAIL);
    }

    @Test
    void namesHaveNoSpecialCharacters() {
        for (String name : List.of("a b", "a/b", "a:b", "x?", "a\"", "[a]")) {
            refused(InvalidNameException.class, "InvalidName", "Invalid Name: '" + name + "'", () -> create(name, PASS));
        }
        String machine = machine(PASS);
        refused(InvalidNameException.class, "InvalidName", "Invalid Name: 'a b'", () -> start(machine, "a b", "{}"));
    }

    @Test
    void aFreshMachineHasNoRevisionAndEachChangeMakesANewOne() {
        String machine = machine(PASS);
        DescribeStateMachineResponse fresh = sfn.describeStateMachine(request -> request.stateMachineArn(machine));
        assertThat(fresh.revisionId()).isNull();
        assertThat(fresh.status()).isEqualTo(StateMachineStatus.ACTIVE);
        assertThat(fresh.definition()).isEqualTo(PASS);
        assertThat(fresh.roleArn()).isEqualTo(role());
        assertThat(sfn.updateStateMachine(request -> request.stateMachineArn(machine).definition(PASS)).revisionId()).isNull();

        String revision = sfn.updateStateMachine(request -> request.stateMachineArn(machine).definition(OTHER)).revisionId();
        assertThat(revision).isNotNull();
        assertThat(sfn.updateStateMachine(request -> request.stateMachineArn(machine).definition(OTHER)).revisionId()).isEqualTo(revision);
        await().untilAsserted(() -> assertThat(
                sfn.describeStateMachine(request -> request.stateMachineArn(machine)).definition()).isEqualTo(OTHER));
    }

    @Test
    void anUpdateNeedsSomethingToUpdate() {
        String machine = machine(PASS);
        refused(MissingRequiredParameterException.class, "MissingRequiredParameter", "",
                () -> sfn.updateStateMachine(request -> request.stateMachineArn(machine)));
        refused(InvalidDefinitionException.class, "InvalidDefinition", "",
                () -> sfn.updateStateMachine(request -> request.stateMachineArn(machine).definition("{}")));
    }

    @Test
    void versionsAreNumberedFromOneAndNeverReused() {
        String name = name();
        CreateStateMachineResponse created = sfn.createStateMachine(
                request -> request.name(name).definition(PASS).roleArn(role()).publish(true).versionDescription("first"));
        String machine = created.stateMachineArn();
        machines.add(machine);
        assertThat(created.stateMachineVersionArn()).isEqualTo(machine + ":1");
        assertThat(sfn.publishStateMachineVersion(request -> request.stateMachineArn(machine)).stateMachineVersionArn())
                .isEqualTo(machine + ":1");
        assertThat(sfn.updateStateMachine(request -> request.stateMachineArn(machine).definition(OTHER).publish(true))
                .stateMachineVersionArn()).isEqualTo(machine + ":2");
        await().untilAsserted(() -> assertThat(versions(machine)).containsExactly(machine + ":2", machine + ":1"));

        DescribeStateMachineResponse first = sfn.describeStateMachine(request -> request.stateMachineArn(machine + ":1"));
        assertThat(first.definition()).isEqualTo(PASS);
        assertThat(first.description()).isEqualTo("first");
        assertThat(first.stateMachineArn()).isEqualTo(machine + ":1");

        sfn.deleteStateMachineVersion(request -> request.stateMachineVersionArn(machine + ":2"));
        sfn.deleteStateMachineVersion(request -> request.stateMachineVersionArn(machine + ":2"));
        await().untilAsserted(() -> assertThat(versions(machine)).containsExactly(machine + ":1"));
        assertThat(sfn.updateStateMachine(request -> request.stateMachineArn(machine).definition(PASS).publish(true))
                .stateMachineVersionArn()).isEqualTo(machine + ":3");
        refused(StateMachineDoesNotExistException.class, "StateMachineDoesNotExist", machine + ":2",
                () -> start(machine + ":2", name(), "{}"));
    }

    private List<String> versions(String machine) {
        return sfn.listStateMachineVersions(request -> request.stateMachineArn(machine)).stateMachineVersions().stream()
                .map(StateMachineVersionListItem::stateMachineVersionArn).collect(Collectors.toList());
    }

    @Test
    void aStaleRevisionIsNotPublished() {
        String machine = machine(PASS);
        assertThatThrownBy(() -> sfn.publishStateMachineVersion(request -> request.stateMachineArn(machine).revisionId("old")))
                .hasMessageContaining("Failed to publish the State Machine version for revision old. "
                        + "The current State Machine revision is INITIAL.");
    }

    @Test
    void aVersionsDescriptionNeedsAVersion() {
        assertThatThrownBy(() -> sfn.createStateMachine(
                request -> request.name(name()).definition(PASS).roleArn(role()).versionDescription("x")))
                .isInstanceOfSatisfying(SfnException.class,
                        error -> assertThat(error.awsErrorDetails().errorCode()).isEqualTo("ValidationException"));
    }

    @Test
    void aDeletedMachineIsGoneAndDeletingAgainIsFine() {
        String machine = machine(PASS);
        sfn.deleteStateMachine(request -> request.stateMachineArn(machine));
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThatThrownBy(
                () -> sfn.describeStateMachine(request -> request.stateMachineArn(machine)))
                .isInstanceOf(StateMachineDoesNotExistException.class));
        sfn.deleteStateMachine(request -> request.stateMachineArn(machine));
    }

    @Test
    void machinesAreListed() {
        String machine = machine(PASS);
        await().untilAsserted(() -> assertThat(sfn.listStateMachinesPaginator(request -> request.maxResults(1)).stateMachines())
                .anySatisfy(each -> assertThat(each.stateMachineArn()).isEqualTo(machine)));
    }

    // Executions

    @Test
    void anExecutionEndsWithItsOutput() {
        String machine = machine(PASS);
        StartExecutionResponse started = start(machine, "run", "{\"k\": 1}");
        assertThat(started.executionArn()).isEqualTo(machine.replace(":stateMachine:", ":execution:") + ":run");
        DescribeExecutionResponse ended = ended(started.executionArn());
        assertThat(ended.status()).isEqualTo(ExecutionStatus.SUCCEEDED);
        assertThat(ended.name()).isEqualTo("run");
        assertThat(ended.stateMachineArn()).isEqualTo(machine);
        assertThat(ended.stateMachineVersionArn()).isNull();
        assertThat(ended.input()).isEqualTo("{\"k\": 1}");
        assertThat(ended.output()).isEqualTo("{\"k\":1}");
        assertThat(ended.inputDetails().included()).isTrue();
        assertThat(ended.startDate()).isEqualTo(started.startDate());
        assertThat(ended.stopDate()).isAfterOrEqualTo(ended.startDate());
        assertThat(ended.error()).isNull();
    }

    @Test
    void anyJsonValueIsAnInput() {
        String machine = machine(PASS);
        for (String input : List.of("0", "\"s\"", "null", "[]")) {
            assertThat(ended(start(machine, name(), input).executionArn()).output()).isEqualTo(input);
        }
        assertThat(ended(sfn.startExecution(request -> request.stateMachineArn(machine)).executionArn()).input()).isEqualTo("{}");
    }

    @Test
    void anInputMustBeJson() {
        String machine = machine(PASS);
        refused(InvalidExecutionInputException.class, "InvalidExecutionInput",
                "Invalid State Machine Execution Input: 'Invalid execution input.'", () -> start(machine, name(), ""));
        refused(InvalidExecutionInputException.class, "InvalidExecutionInput", "Invalid State Machine Execution Input: '",
                () -> start(machine, name(), "{"));
    }

    @Test
    void theSameStartAgainIsTheSameAnswerWhileItRuns() {
        String machine = machine(LONG);
        StartExecutionResponse first = start(machine, "run", "{}");
        StartExecutionResponse second = start(machine, "run", "{}");
        assertThat(second.executionArn()).isEqualTo(first.executionArn());
        assertThat(second.startDate()).isEqualTo(first.startDate());
        refused(ExecutionAlreadyExistsException.class, "ExecutionAlreadyExists", "Execution Already Exists: '" + first.executionArn() + "'",
                () -> start(machine, "run", "{\"other\":1}"));
        sfn.stopExecution(request -> request.executionArn(first.executionArn()));
        ended(first.executionArn());
        refused(ExecutionAlreadyExistsException.class, "ExecutionAlreadyExists", "Execution Already Exists: '",
                () -> start(machine, "run", "{}"));
    }

    @Test
    void anExecutionOfAVersionSaysSo() {
        String name = name();
        CreateStateMachineResponse created =
                sfn.createStateMachine(request -> request.name(name).definition(PASS).roleArn(role()).publish(true));
        machines.add(created.stateMachineArn());
        String execution = start(created.stateMachineVersionArn(), "run", "{}").executionArn();
        DescribeExecutionResponse ended = ended(execution);
        assertThat(ended.stateMachineVersionArn()).isEqualTo(created.stateMachineVersionArn());
        assertThat(ended.stateMachineArn()).isEqualTo(created.stateMachineArn());
        assertThat(history(execution).get(0).executionStartedEventDetails().stateMachineVersionArn())
                .isEqualTo(created.stateMachineVersionArn());
    }

    @Test
    void aRunningExecutionKeepsItsDefinition() {
        String machine = machine("{\"StartAt\":\"W\",\"States\":{\"W\":{\"Type\":\"Wait\",\"Seconds\":2,\"Next\":\"P\"},"
                + "\"P\":{\"Type\":\"Pass\",\"Result\":\"old\",\"End\":true}}}");
        String execution = start(machine, "run", "{}").executionArn();
        sfn.updateStateMachine(request -> request.stateMachineArn(machine).definition(OTHER));
        assertThat(ended(execution).output()).isEqualTo("\"old\"");
    }

    @Test
    void aStopIsAnAbort() {
        String execution = start(machine(LONG), "run", "{}").executionArn();
        await().until(() -> history(execution).size() == 2);
        assertThat(sfn.stopExecution(request -> request.executionArn(execution).error("E").cause("C")).stopDate()).isNotNull();
        DescribeExecutionResponse ended = ended(execution);
        assertThat(ended.status()).isEqualTo(ExecutionStatus.ABORTED);
        assertThat(ended.error()).isEqualTo("E");
        assertThat(ended.cause()).isEqualTo("C");
        HistoryEvent last = history(execution).get(2);
        assertThat(last.type()).isEqualTo(HistoryEventType.EXECUTION_ABORTED);
        assertThat(last.previousEventId()).isZero();
        assertThat(last.executionAbortedEventDetails().error()).isEqualTo("E");
    }

    @Test
    void aFailStateFailsTheExecution() {
        String execution = start(machine("{\"StartAt\":\"F\",\"States\":{\"F\":{\"Type\":\"Fail\",\"Error\":\"E\",\"Cause\":\"C\"}}}"), "run", "{}")
                .executionArn();
        DescribeExecutionResponse ended = ended(execution);
        assertThat(ended.status()).isEqualTo(ExecutionStatus.FAILED);
        assertThat(ended.error()).isEqualTo("E");
        assertThat(ended.cause()).isEqualTo("C");
        assertThat(ended.output()).isNull();
        assertThat(story(execution)).containsExactly("1<-0 ExecutionStarted", "2<-0 FailStateEntered", "3<-2 ExecutionFailed");
    }

    @Test
    void anExecutionTimesOutAsAWhole() {
        String execution = start(machine("{\"TimeoutSeconds\":1," + LONG.substring(1)), "run", "{}").executionArn();
        DescribeExecutionResponse ended = ended(execution);
        assertThat(ended.status()).isEqualTo(ExecutionStatus.TIMED_OUT);
        assertThat(ended.error()).isNull();
        assertThat(ended.cause()).isNull();
        HistoryEvent last = history(execution).get(2);
        assertThat(last.type()).isEqualTo(HistoryEventType.EXECUTION_TIMED_OUT);
        assertThat(last.executionTimedOutEventDetails().error()).isEqualTo("States.Timeout");
    }

    @Test
    void theHistoryHasEachStateWithInputAndOutput() {
        String execution = start(machine("{\"StartAt\":\"C\",\"States\":{\"C\":{\"Type\":\"Choice\",\"Choices\":[{\"Variable\":\"$.a\","
                + "\"NumericEquals\":1,\"Next\":\"P\"}],\"Default\":\"S\"},\"P\":{\"Type\":\"Pass\",\"Result\":{\"b\":2},\"ResultPath\":\"$.r\","
                + "\"Next\":\"S\"},\"S\":{\"Type\":\"Succeed\",\"OutputPath\":\"$.r\"}}}"), "run", "{\"a\":1}").executionArn();
        ended(execution);
        List<HistoryEvent> history = history(execution);
        assertThat(story(execution)).containsExactly("1<-0 ExecutionStarted", "2<-0 ChoiceStateEntered", "3<-2 ChoiceStateExited",
                "4<-3 PassStateEntered", "5<-4 PassStateExited", "6<-5 SucceedStateEntered", "7<-6 SucceedStateExited",
                "8<-7 ExecutionSucceeded");
        assertThat(history.get(0).executionStartedEventDetails().input()).isEqualTo("{\"a\":1}");
        assertThat(history.get(0).executionStartedEventDetails().roleArn()).isEqualTo(role());
        assertThat(history.get(3).stateEnteredEventDetails().name()).isEqualTo("P");
        assertThat(history.get(3).stateEnteredEventDetails().inputDetails().truncated()).isFalse();
        assertThat(history.get(4).stateExitedEventDetails().output()).isEqualTo("{\"a\":1,\"r\":{\"b\":2}}");
        assertThat(history.get(7).executionSucceededEventDetails().output()).isEqualTo("{\"b\":2}");
    }

    @Test
    void theHistoryHasPagesInBothDirections() {
        String execution = start(machine(PASS), "run", "{}").executionArn();
        ended(execution);
        List<Long> reverse = new ArrayList<>();
        sfn.getExecutionHistoryPaginator(request -> request.executionArn(execution).maxResults(3).reverseOrder(true))
                .events().forEach(event -> reverse.add(event.id()));
        assertThat(reverse).containsExactly(4L, 3L, 2L, 1L);
        GetExecutionHistoryResponse page = sfn.getExecutionHistory(request -> request.executionArn(execution).maxResults(3));
        assertThat(page.events()).hasSize(3);
        GetExecutionHistoryResponse rest =
                sfn.getExecutionHistory(request -> request.executionArn(execution).maxResults(3).nextToken(page.nextToken()));
        assertThat(rest.events()).extracting(HistoryEvent::id).containsExactly(4L);
        assertThat(rest.nextToken()).isNull();
        assertThat(sfn.getExecutionHistory(request -> request.executionArn(execution).includeExecutionData(false)).events())
                .noneMatch(event -> event.stateEnteredEventDetails() != null && event.stateEnteredEventDetails().input() != null);
    }

    @Test
    void branchesRunSideBySide() {
        String execution = start(machine("{\"StartAt\":\"P\",\"States\":{\"P\":{\"Type\":\"Parallel\",\"Branches\":["
                + "{\"StartAt\":\"W\",\"States\":{\"W\":{\"Type\":\"Wait\",\"Seconds\":1,\"End\":true}}},"
                + "{\"StartAt\":\"X\",\"States\":{\"X\":{\"Type\":\"Pass\",\"Result\":2,\"End\":true}}}],\"End\":true}}}"), "run", "1").executionArn();
        assertThat(ended(execution).output()).isEqualTo("[1,2]");
    }

    @Test
    void executionsAreListedNewestFirst() {
        String machine = machine(LONG);
        String first = start(machine, "first", "{}").executionArn();
        await().pollDelay(Duration.ofMillis(20)).until(() -> true);
        String second = start(machine, "second", "{}").executionArn();
        sfn.stopExecution(request -> request.executionArn(first));
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            assertThat(listed(machine, null)).containsExactly(second, first);
            assertThat(listed(machine, ExecutionStatus.RUNNING)).containsExactly(second);
            assertThat(listed(machine, ExecutionStatus.ABORTED)).containsExactly(first);
        });
        sfn.stopExecution(request -> request.executionArn(second));
    }

    private List<String> listed(String machine, ExecutionStatus status) {
        List<String> arns = new ArrayList<>();
        sfn.listExecutionsPaginator(request -> request.stateMachineArn(machine).statusFilter(status).maxResults(1)).executions()
                .forEach(each -> arns.add(each.executionArn()));
        return arns;
    }

    @Test
    void whatIsNotThereIsNamed() {
        String machine = machine(PASS);
        String execution = machine.replace(":stateMachine:", ":execution:") + ":nothing";
        refused(ExecutionDoesNotExistException.class, "ExecutionDoesNotExist", "Execution Does Not Exist: '" + execution + "'",
                () -> sfn.describeExecution(request -> request.executionArn(execution)));
        refused(ExecutionDoesNotExistException.class, "ExecutionDoesNotExist", "",
                () -> sfn.stopExecution(request -> request.executionArn(execution)));
        refused(ExecutionDoesNotExistException.class, "ExecutionDoesNotExist", "",
                () -> sfn.getExecutionHistory(request -> request.executionArn(execution)));
        refused(StateMachineDoesNotExistException.class, "StateMachineDoesNotExist", "State Machine Does Not Exist: '" + machine + "x'",
                () -> start(machine + "x", name(), "{}"));
        refused(InvalidArnException.class, "InvalidArn", "Invalid Arn: 'Invalid ARN prefix: x'",
                () -> sfn.describeExecution(request -> request.executionArn("x")));
    }

    @Test
    void aTextThatIsNoTokenIsRefused() {
        refused(InvalidTokenException.class, "InvalidToken", "Invalid Token: '",
                () -> sfn.sendTaskSuccess(request -> request.taskToken("nonsense").output("{}")));
        refused(InvalidTokenException.class, "InvalidToken", "Invalid Token: '",
                () -> sfn.sendTaskHeartbeat(request -> request.taskToken("nonsense")));
    }

    private List<HistoryEvent> history(String execution) {
        List<HistoryEvent> events = new ArrayList<>();
        sfn.getExecutionHistoryPaginator(request -> request.executionArn(execution)).events().forEach(events::add);
        return events;
    }

    private List<String> story(String execution) {
        return history(execution).stream().map(event -> event.id() + "<-" + event.previousEventId() + " " + event.typeAsString())
                .collect(Collectors.toList());
    }
}
