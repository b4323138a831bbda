package io.pipewright.local.sfn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.sfn.model.ExecutionDoesNotExistException;
import software.amazon.awssdk.services.sfn.model.ExecutionStatus;
import software.amazon.awssdk.services.sfn.model.InvalidOutputException;
import software.amazon.awssdk.services.sfn.model.LogLevel;
import software.amazon.awssdk.services.sfn.model.SfnException;
import software.amazon.awssdk.services.sfn.model.StateMachineDeletingException;
import software.amazon.awssdk.services.sfn.model.StateMachineDoesNotExistException;
import software.amazon.awssdk.services.sfn.model.StateMachineStatus;
import software.amazon.awssdk.services.sfn.model.StateMachineType;
import software.amazon.awssdk.services.sfn.model.Tag;
import software.amazon.awssdk.services.sfn.model.TaskTimedOutException;

class LocalSfnTest {
    private static final String CALLBACK = "'Type':'Task','Resource':'arn:aws:states:::lambda:invoke.waitForTaskToken',"
            + "'Parameters':{'FunctionName':'inbox','Payload.$':'$$.Task.Token'}";
    private static final String ONE_TASK = "{'StartAt':'A','States':{'A':{" + CALLBACK + ",'End':true}}}";

    @TempDir
    Path directory;
    private final ManualClock clock = new ManualClock();
    private Home home;

    @BeforeEach
    void open() {
        home = Home.started(directory, clock);
    }

    @AfterEach
    void close() {
        home.close();
    }

    private void reopen() {
        home.close();
        home = Home.started(directory, clock);
    }

    private void answer(String token, String output) {
        home.sfn.sendTaskSuccess(request -> request.taskToken(token).output(output));
    }

    private void pass(Duration duration) {
        clock.advance(duration);
        home.sfn.fireTimers();
    }

    // Durability

    @Test
    void aSubmittedTaskWaitsOnWithItsTokenAndIsNotCalledAgain() {
        String execution = home.start(ONE_TASK, "{}");
        String token = home.nextInInbox().textValue();
        await().until(() -> home.story(execution).size() == 5);
        reopen();
        answer(token, "7");
        assertThat(home.ended(execution).output()).isEqualTo("7");
        assertThat(home.inbox).isEmpty();
    }

    @Test
    void aCallThatWasNotMadeIsMadeAfterTheStart() {
        home.close();
        home = new Home(directory, clock);
        String execution = home.start(ONE_TASK, "{}");
        home.close();
        assertThat(home.inbox).isEmpty();
        home = Home.started(directory, clock);
        answer(home.nextInInbox().textValue(), "1");
        assertThat(home.ended(execution).output()).isEqualTo("1");
        assertThat(home.story(execution)).filteredOn(line -> line.endsWith("TaskScheduled")).hasSize(1);
    }

    @Test
    void closingWaitsForTheCallUnderWayAndKeepsItsResult() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        home.functions.put("slow", event -> {
            begun.countDown();
            await().until(() -> goOn.getCount() == 0);
            return Json.own("5");
        });
        String execution = home.start("{'StartAt':'A','States':{'A':{'Type':'Task','Resource':'arn:aws:states:::lambda:invoke',"
                + "'Parameters':{'FunctionName':'slow'},'ResultSelector':{'n.$':'$.Payload'},'Next':'B'},'B':{" + CALLBACK
                + ",'End':true}}}", "{}");
        begun.await();
        Thread closing = new Thread(home::close);
        closing.start();
        await().until(() -> closing.getState() == Thread.State.TIMED_WAITING);
        goOn.countDown();
        closing.join();
        assertThat(home.inbox).isEmpty();
        home = Home.started(directory, clock);
        answer(home.nextInInbox().textValue(), "6");
        assertThat(home.ended(execution).output()).isEqualTo("6");
        assertThat(home.story(execution)).filteredOn(line -> line.endsWith("TaskSucceeded")).hasSize(2);
    }

    @Test
    void timersGoOnOverARestart() {
        String execution = home.start("{'StartAt':'W','States':{'W':{'Type':'Wait','Seconds':3600,'End':true}}}", "{}");
        pass(Duration.ofSeconds(3599));
        assertThat(home.describe(execution).status()).isEqualTo(ExecutionStatus.RUNNING);
        home.close();
        clock.advance(Duration.ofSeconds(10));
        home = Home.started(directory, clock);
        assertThat(home.ended(execution).status()).isEqualTo(ExecutionStatus.SUCCEEDED);
    }

    @Test
    void aTaskWhoseTimeWasUpMeanwhileIsNotCalledAgain() {
        home.close();
        home = new Home(directory, clock);
        String execution = home.start("{'StartAt':'A','States':{'A':{" + CALLBACK + ",'TimeoutSeconds':60,'End':true}}}", "{}");
        home.close();
        clock.advance(Duration.ofSeconds(61));
        home = Home.started(directory, clock);
        assertThat(home.ended(execution).error()).isEqualTo("States.Timeout");
        assertThat(home.inbox).isEmpty();
    }

    @Test
    void timersFireByThemselvesWhenTheClockIsMoved() {
        String execution = home.start("{'StartAt':'W','States':{'W':{'Type':'Wait','Seconds':3600,'End':true}}}", "{}");
        clock.advance(Duration.ofHours(2));
        assertThat(home.ended(execution).status()).isEqualTo(ExecutionStatus.SUCCEEDED);
    }

    // Answers

    @Test
    void aHeartbeatMovesOnlyTheHeartbeatsEnd() {
        String execution = home.start("{'StartAt':'A','States':{'A':{" + CALLBACK
                + ",'TimeoutSeconds':100,'HeartbeatSeconds':40,'End':true}}}", "{}");
        String token = home.nextInInbox().textValue();
        pass(Duration.ofSeconds(30));
        home.sfn.sendTaskHeartbeat(request -> request.taskToken(token));
        pass(Duration.ofSeconds(30));
        home.sfn.sendTaskHeartbeat(request -> request.taskToken(token));
        pass(Duration.ofSeconds(30));
        home.sfn.sendTaskHeartbeat(request -> request.taskToken(token));
        assertThat(home.describe(execution).status()).isEqualTo(ExecutionStatus.RUNNING);
        pass(Duration.ofSeconds(10));
        assertThat(home.describe(execution).error()).isEqualTo("States.Timeout");
        assertThatThrownBy(() -> home.sfn.sendTaskHeartbeat(request -> request.taskToken(token)))
                .isInstanceOf(TaskTimedOutException.class);
    }

    @Test
    void aTokenOfAStoppedExecutionIsDead() {
        String execution = home.start(ONE_TASK, "{}");
        String token = home.nextInInbox().textValue();
        assertThat(home.sfn.stopExecution(request -> request.executionArn(execution)).stopDate()).isEqualTo(clock.instant());
        assertThatThrownBy(() -> answer(token, "1")).isInstanceOf(TaskTimedOutException.class);
        clock.advance(Duration.ofSeconds(1));
        assertThat(home.sfn.stopExecution(request -> request.executionArn(execution).error("late")).stopDate())
                .isBefore(clock.instant());
        assertThat(home.describe(execution).error()).isNull();
    }

    @Test
    void aTokenThatWasNeverIssuedIsNotAccepted() {
        home.start(ONE_TASK, "{}");
        home.nextInInbox();
        assertThatThrownBy(() -> answer(Tokens.create(1), "1")).isInstanceOf(TaskTimedOutException.class);
    }

    @Test
    void anOutputMustBeJson() {
        String execution = home.start(ONE_TASK, "{}");
        String token = home.nextInInbox().textValue();
        assertThatThrownBy(() -> answer(token, "{")).isInstanceOf(InvalidOutputException.class);
        assertThatThrownBy(() -> answer(token, "")).isInstanceOf(InvalidOutputException.class);
        assertThatThrownBy(() -> answer(token, '"' + "x".repeat(262_143) + '"')).isInstanceOf(SfnException.class);
        assertThatThrownBy(() -> home.sfn.sendTaskFailure(request -> request.taskToken(token).error("x".repeat(257))))
                .isInstanceOf(SfnException.class);
        answer(token, '"' + "x".repeat(262_142) + '"');
        assertThat(home.ended(execution).status()).isEqualTo(ExecutionStatus.SUCCEEDED);
    }

    @Test
    void aResultAboveTheLimitCanBeCaught() {
        home.functions.put("large", event -> Json.own('"' + "x".repeat(262_144) + '"'));
        String execution = home.start("{'StartAt':'A','States':{'A':{'Type':'Task','Resource':'arn:aws:states:::lambda:invoke',"
                + "'Parameters':{'FunctionName':'large'},'Catch':[{'ErrorEquals':['States.DataLimitExceeded'],'Next':'B'}],'End':true},"
                + "'B':{'Type':'Succeed'}}}", "{}");
        assertThat(home.ended(execution).output()).isEqualTo("{\"Error\":\"States.DataLimitExceeded\",\"Cause\":\"The state/task 'A' "
                + "returned a result with a size exceeding the maximum number of bytes service limit.\"}");
    }

    @Test
    void ofManyAnswersAtOnceExactlyOneCounts() throws InterruptedException {
        String branches = String.join(",", IntStream.range(0, 8).mapToObj(i -> "{'StartAt':'T" + i + "','States':{'T" + i + "':{"
                + CALLBACK.replace("'$$.Task.Token'}", "'$$'}") + ",'End':true}}}").toList());
        String execution = home.start("{'StartAt':'P','States':{'P':{'Type':'Parallel','Branches':[" + branches + "],'End':true}}}", "{}");
        ExecutorService workers = Executors.newFixedThreadPool(16);
        AtomicInteger accepted = new AtomicInteger();
        for (int i = 0; i < 8; i++) {
            JsonNode context = home.nextInInbox();
            for (int repetition = 0; repetition < 4; repetition++) {
                workers.submit(() -> {
                    answer(context.get("Task").get("Token").textValue(), Json.text(context.get("State").get("Name")));
                    accepted.incrementAndGet();
                });
            }
        }
        assertThat(home.ended(execution).output())
                .isEqualTo("[\"T0\",\"T1\",\"T2\",\"T3\",\"T4\",\"T5\",\"T6\",\"T7\"]");
        workers.shutdown();
        assertThat(workers.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        assertThat(accepted).hasValue(8);
    }

    // Functions that use the client

    @Test
    void functionsMayStartAnswerAndStop() {
        String child = home.sfn.createStateMachine(request -> request.name("child").roleArn(Home.ROLE)
                .definition("{\"StartAt\":\"S\",\"States\":{\"S\":{\"Type\":\"Wait\",\"Seconds\":3600,\"End\":true}}}")).stateMachineArn();
        home.functions.put("busy", event -> {
            String execution = home.sfn.startExecution(request -> request.stateMachineArn(child)).executionArn();
            home.sfn.stopExecution(request -> request.executionArn(execution).cause("seen"));
            answer(event.textValue(), Json.text(Json.object().put("cause", home.describe(execution).cause())));
            return event;
        });
        String machine = home.machine(ONE_TASK.replace("inbox", "busy").replace('\'', '"'));
        List<String> executions = IntStream.range(0, 200)
                .mapToObj(i -> home.sfn.startExecution(request -> request.stateMachineArn(machine)).executionArn()).toList();
        executions.forEach(execution -> assertThat(home.ended(execution).output()).isEqualTo("{\"cause\":\"seen\"}"));
    }

    @Test
    void aFunctionThatBreaksFailsItsTask() {
        home.functions.put("broken", event -> {
            throw new IllegalStateException("bug");
        });
        String execution = home.start(ONE_TASK.replace("inbox", "broken"), "{}");
        assertThat(home.ended(execution).error()).isEqualTo("Lambda.Unknown");
        assertThat(home.ended(execution).cause()).contains("bug");
    }

    @Test
    void aThrottledCallHasLambdasName() {
        home.functions.put("throttled", event -> {
            throw FunctionError.throttled();
        });
        String execution = home.start(ONE_TASK.replace("inbox", "throttled"), "{}");
        assertThat(home.ended(execution).error()).isEqualTo("Lambda.TooManyRequestsException");
    }

    // Machines

    @Test
    void aMachineIsDeletedOnceItsExecutionsEndAtTheirNextTransition() {
        String execution = home.start("{'StartAt':'A','States':{'A':{" + CALLBACK + ",'Next':'B'},'B':{'Type':'Succeed'}}}", "{}");
        String machine = home.describe(execution).stateMachineArn();
        String token = home.nextInInbox().textValue();
        home.sfn.deleteStateMachine(request -> request.stateMachineArn(machine));
        assertThat(home.sfn.describeStateMachine(request -> request.stateMachineArn(machine)).status())
                .isEqualTo(StateMachineStatus.DELETING);
        assertThatThrownBy(() -> home.sfn.startExecution(request -> request.stateMachineArn(machine)))
                .isInstanceOf(StateMachineDeletingException.class);
        answer(token, "1");
        assertThat(home.describe(execution).status()).isEqualTo(ExecutionStatus.ABORTED);
        assertThatThrownBy(() -> home.sfn.describeStateMachine(request -> request.stateMachineArn(machine)))
                .isInstanceOf(StateMachineDoesNotExistException.class);
    }

    @Test
    void aRunningExecutionSurvivesItsVersionsDeletionAndTheSweep() {
        String version = home.sfn.createStateMachine(request -> request.name("machine").roleArn(Home.ROLE).publish(true)
                .definition(ONE_TASK.replace('\'', '"'))).stateMachineVersionArn();
        String execution = home.sfn.startExecution(request -> request.stateMachineArn(version)).executionArn();
        String machine = home.describe(execution).stateMachineArn();
        home.sfn.updateStateMachine(request -> request.stateMachineArn(machine)
                .definition("{\"StartAt\":\"B\",\"States\":{\"B\":{\"Type\":\"Succeed\"}}}"));
        home.sfn.deleteStateMachineVersion(request -> request.stateMachineVersionArn(version));
        home.sfn.sweep();
        String token = home.nextInInbox().textValue();
        reopen();
        answer(token, "1");
        assertThat(home.ended(execution).output()).isEqualTo("1");
    }

    @Test
    void theSweepRemovesWhatEndedNinetyDaysAgo() {
        String old = home.start("{'StartAt':'S','States':{'S':{'Type':'Succeed'}}}", "{}");
        clock.advance(Duration.ofDays(89));
        String recent = home.sfn.startExecution(
                request -> request.stateMachineArn(home.describe(old).stateMachineArn())).executionArn();
        assertThat(home.sfn.sweep()).isZero();
        clock.advance(Duration.ofDays(2));
        assertThat(home.sfn.sweep()).isOne();
        assertThatThrownBy(() -> home.describe(old)).isInstanceOf(ExecutionDoesNotExistException.class);
        assertThat(home.history(recent)).hasSize(4);
    }

    @Test
    void tagsAreKept() {
        String machine = home.sfn.createStateMachine(request -> request.name("tagged").roleArn(Home.ROLE)
                .definition(ONE_TASK.replace('\'', '"')).tags(List.of(Tag.builder().key("k").value("v").build()))).stateMachineArn();
        assertThat(home.sfn.listTagsForResource(request -> request.resourceArn(machine)).tags())
                .singleElement().satisfies(tag -> assertThat(tag.key() + tag.value()).isEqualTo("kv"));
    }

    @Test
    void whatIsNotSupportedIsNamed() {
        assertThatThrownBy(() -> home.sfn.createStateMachine(request -> request.name("m").roleArn(Home.ROLE)
                .definition(ONE_TASK).type(StateMachineType.EXPRESS))).isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("EXPRESS");
        assertThatThrownBy(() -> home.sfn.createStateMachine(request -> request.name("m").roleArn(Home.ROLE)
                .definition(ONE_TASK).loggingConfiguration(logging -> logging.level(LogLevel.ALL))))
                .isInstanceOf(UnsupportedOperationException.class).hasMessageContaining("loggingConfiguration");
        assertThatThrownBy(() -> home.sfn.describeStateMachine(
                request -> request.stateMachineArn("arn:aws:states:us-east-1:000000000000:stateMachine:m:alias")))
                .isInstanceOf(UnsupportedOperationException.class).hasMessageContaining("aliases");
        assertThatThrownBy(() -> home.sfn.redriveExecution(request -> request.executionArn("x")))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    // Announcements

    @Test
    void startAndEndAreAnnounced() {
        String execution = home.start("{'StartAt':'S','States':{'S':{'Type':'Succeed'}}}", "{'a':1}");
        home.ended(execution);
        assertThat(home.announcements).hasSize(2).allSatisfy(each -> {
            assertThat(each.source()).isEqualTo("aws.states");
            assertThat(each.detailType()).isEqualTo("Step Functions Execution Status Change");
            assertThat(each.resources()).containsExactly(execution);
        });
        assertThat(home.announcements.get(0).detail()).isEqualTo(Json.own(("{'executionArn':'" + execution + "','stateMachineArn':"
                + "'arn:aws:states:us-east-1:000000000000:stateMachine:machine','name':'run','status':'RUNNING','startDate':1767323045678,"
                + "'stopDate':null,'input':'{\\'a\\':1}','output':null,'stateMachineVersionArn':null,'stateMachineAliasArn':null,"
                + "'redriveCount':0,'redriveDate':null,'redriveStatus':'NOT_REDRIVABLE','redriveStatusReason':'Execution is RUNNING and "
                + "cannot be redriven','error':null,'cause':null,'inputDetails':{'included':true},'outputDetails':null}").replace('\'', '"')));
        assertThat(home.announcements.get(1).detail().get("status").textValue()).isEqualTo("SUCCEEDED");
        assertThat(home.announcements.get(1).detail().get("output").textValue()).isEqualTo("{\"a\":1}");
        assertThat(home.announcements.get(1).detail().get("stopDate").longValue()).isEqualTo(1767323045678L);
    }

    // Limits

    @Test
    void anEndlessLoopEndsWithAFullHistory() {
        String execution = home.start("{'StartAt':'A','States':{'A':{'Type':'Pass','Next':'C'},'C':{'Type':'Choice','Choices':"
                + "[{'Variable':'$.stop','IsPresent':true,'Next':'S'}],'Default':'A'},'S':{'Type':'Succeed'}}}", "{}");
        assertThat(home.ended(execution).error()).isEqualTo("States.Runtime");
        assertThat(home.describe(execution).cause())
                .isEqualTo("The execution reached the maximum number of history events (25000).");
        List<Long> ids = new ArrayList<>();
        home.history(execution).forEach(event -> ids.add(event.id()));
        Set<Long> distinct = new HashSet<>(ids);
        assertThat(distinct).hasSize(25_000);
        assertThat(ids.get(ids.size() - 1)).isEqualTo(25_000L);
    }
}
