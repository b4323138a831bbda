package io.pipewright.local.sfn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.sfn.model.ExecutionStatus;
import software.amazon.awssdk.services.sfn.model.TaskTimedOutException;

class TaskTest {
    private static final String INVOKE = "'Type':'Task','Resource':'arn:aws:states:::lambda:invoke'";
    private static final String CALLBACK = "'Type':'Task','Resource':'arn:aws:states:::lambda:invoke.waitForTaskToken'";

    @TempDir
    Path directory;
    private Home home;

    @BeforeEach
    void open() {
        home = Home.started(directory);
    }

    @AfterEach
    void close() {
        home.close();
    }

    @Test
    void aCallsResultIsTheWholeInvokeResponse() {
        home.functions.put("twice", event -> Json.own(String.valueOf(event.get("n").intValue() * 2)));
        String execution = home.start("{'StartAt':'A','States':{'A':{" + INVOKE + ",'Parameters':{'FunctionName':'twice',"
                + "'Payload':{'n.$':'$.a.b[1]'}},'ResultSelector':{'twice.$':'$.Payload','code.$':'$.StatusCode'},"
                + "'ResultPath':'$.r.s','End':true}}}", "{'a':{'b':[1,21]}}");
        assertThat(home.ended(execution).output()).isEqualTo("{\"a\":{\"b\":[1,21]},\"r\":{\"s\":{\"twice\":42,\"code\":200}}}");
        assertThat(home.story(execution)).containsExactly("1<-0 ExecutionStarted", "2<-0 TaskStateEntered", "3<-2 TaskScheduled",
                "4<-3 TaskStarted", "5<-4 TaskSucceeded", "6<-5 TaskStateExited", "7<-6 ExecutionSucceeded");
    }

    @Test
    void aTokensAnswerIsTheBareResult() {
        String execution = home.start("{'StartAt':'A','States':{'A':{" + CALLBACK
                + ",'Parameters':{'FunctionName':'inbox','Payload.$':'$$.Task.Token'},'End':true}}}", "{}");
        String token = home.nextInInbox().textValue();
        await().until(() -> home.story(execution).size() == 5);
        home.sfn.sendTaskSuccess(request -> request.taskToken(token).output("\"done\""));
        assertThat(home.ended(execution).output()).isEqualTo("\"done\"");
        assertThat(home.story(execution)).containsExactly("1<-0 ExecutionStarted", "2<-0 TaskStateEntered", "3<-2 TaskScheduled",
                "4<-3 TaskStarted", "5<-4 TaskSubmitted", "6<-5 TaskSucceeded", "7<-6 TaskStateExited", "8<-7 ExecutionSucceeded");
        assertThatThrownBy(() -> home.sfn.sendTaskSuccess(request -> request.taskToken(token).output("1")))
                .isInstanceOf(TaskTimedOutException.class)
                .hasMessageContaining("Task Timed Out: 'Provided task does not exist anymore'");
    }

    @Test
    void anAnswerBeforeTheCallReturnsCounts() {
        home.functions.put("eager", event -> {
            home.sfn.sendTaskSuccess(request -> request.taskToken(event.textValue()).output("{\"x\":1}"));
            return Json.own("\"ignored\"");
        });
        String execution = home.start("{'StartAt':'A','States':{'A':{" + CALLBACK
                + ",'Parameters':{'FunctionName':'eager','Payload.$':'$$.Task.Token'},'End':true}}}", "{}");
        assertThat(home.ended(execution).output()).isEqualTo("{\"x\":1}");
        assertThat(home.story(execution)).containsExactly("1<-0 ExecutionStarted", "2<-0 TaskStateEntered", "3<-2 TaskScheduled",
                "4<-3 TaskStarted", "5<-4 TaskSucceeded", "6<-5 TaskStateExited", "7<-6 ExecutionSucceeded");
    }

    @Test
    void aFunctionsErrorFailsTheTaskAndKillsItsToken() {
        AtomicReference<String> token = new AtomicReference<>();
        home.functions.put("broken", event -> {
            token.set(event.textValue());
            throw FunctionError.failed("my.Error", "no", List.of("at x"));
        });
        String execution = home.start("{'StartAt':'A','States':{'A':{" + CALLBACK
                + ",'Parameters':{'FunctionName':'broken','Payload.$':'$$.Task.Token'},'End':true}}}", "{}");
        assertThat(home.ended(execution).status()).isEqualTo(ExecutionStatus.FAILED);
        assertThat(home.ended(execution).error()).isEqualTo("my.Error");
        assertThat(home.ended(execution).cause())
                .isEqualTo("{\"errorMessage\":\"no\",\"errorType\":\"my.Error\",\"stackTrace\":[\"at x\"]}");
        assertThatThrownBy(() -> home.sfn.sendTaskSuccess(request -> request.taskToken(token.get()).output("1")))
                .isInstanceOf(TaskTimedOutException.class);
        assertThat(home.story(execution)).containsExactly("1<-0 ExecutionStarted", "2<-0 TaskStateEntered", "3<-2 TaskScheduled",
                "4<-3 TaskStarted", "5<-4 TaskFailed", "6<-5 ExecutionFailed");
    }
}
