package io.pipewright.local.sfn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DefinitionReaderTest {
    private static final String SCHEMA = "SCHEMA_VALIDATION_FAILED: ";
    private static final String TARGET = "MISSING_TRANSITION_TARGET: ";
    private static final String TASK = "'Type':'Task','Resource':'arn:aws:states:::lambda:invoke.waitForTaskToken'";

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void refusals(String definition, String[] findings) {
        assertThat(refusalOf(definition.replace('\'', '"')))
                .isEqualTo("Invalid State Machine Definition: '" + String.join(", ", findings) + "'");
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                refused("{}", SCHEMA + "These fields are required: [States, StartAt] at /"),
                refused("[]", SCHEMA + "Expected value of type Object at /"),
                refused("{'StartAt':'A','States':{}}", SCHEMA + "Value cannot be empty at /States",
                        TARGET + "Missing 'Next' target: A at /StartAt"),
                refused("{'StartAt':'B','States':{'A':{'Type':'Succeed'}}}", TARGET + "Missing 'Next' target: B at /StartAt"),
                refused("{'StartAt':'A','QueryLanguage':'JSONata','States':{'A':{'Type':'Succeed'}}}",
                        SCHEMA + "The query language 'JSONata' is not supported by the local Step Functions at /QueryLanguage"),
                refused("{'StartAt':'A','TimeoutSeconds':0,'States':{'A':{'Type':'Succeed'}}}",
                        SCHEMA + "Value is not in the range of 1 to 99999999 at /TimeoutSeconds"),
                refused("{'StartAt':'A','Timeout':1,'States':{'A':{'Type':'Succeed'}}}", SCHEMA + "Field 'Timeout' is not supported at /"),
                state("'Type':'Map','End':true", SCHEMA + "The state type 'Map' is not supported by the local Step Functions at /States/A/Type"),
                state("'Type':'Tsk'", SCHEMA + "The field 'Type' should have one of these values: "
                        + "[Task, Parallel, Pass, Choice, Wait, Succeed, Fail] at /States/A/Type"),
                state("'Comment':'x'", SCHEMA + "These fields are required: [Type] at /States/A"),
                state("'Type':'Pass'", SCHEMA + "One of these fields is required: [Next, End] at /States/A"),
                state("'Type':'Pass','End':false", SCHEMA + "One of these fields is required: [Next, End] at /States/A"),
                state("'Type':'Pass','End':true,'Next':'A'", SCHEMA + "Only one of these fields is allowed: [Next, End] at /States/A"),
                state("'Type':'Pass','Next':'B'", TARGET + "Missing 'Next' target: B at /States/A/Next"),
                state("'Type':'Pass','Next':'A'", "MISSING_END_STATE: Workflow has no terminal state at null"),
                state("'Type':'Succeed','Next':'A'", SCHEMA + "Field 'Next' is not supported at /States/A"),
                state("'Type':'Succeed','ResultPath':'$'", SCHEMA + "Field 'ResultPath' is not supported at /States/A"),
                state("'Type':'Fail','InputPath':'$'", SCHEMA + "Field 'InputPath' is not supported at /States/A"),
                state("'Type':'Fail','ErrorPath':'$.e'", SCHEMA + "Field 'ErrorPath' is not supported at /States/A"),
                state("'Type':'Pass','ResultSelector':{},'End':true", SCHEMA + "Field 'ResultSelector' is not supported at /States/A"),
                state("'Type':'Pass','Retry':[],'End':true", SCHEMA + "Field 'Retry' is not supported at /States/A"),
                state("'Type':'Pass','Assign':{},'End':true", SCHEMA + "Field 'Assign' is not supported at /States/A"),
                state("'Type':'Pass','InputPath':'$.a[*]','End':true", SCHEMA + "The JSONPath '$.a[*]' in the field 'InputPath' is not a "
                        + "Reference Path, the only paths that the local Step Functions support at /States/A/InputPath"),
                state("'Type':'Pass','ResultPath':'$$.a','End':true",
                        SCHEMA + "Value is not a Reference Path: must not begin with '$$' at /States/A/ResultPath"),
                state("'Type':'Pass','OutputPath':7,'End':true", SCHEMA + "Expected value of type String at /States/A/OutputPath"),
                state("'Type':'Pass','Parameters':{'k.$':'x'},'End':true", SCHEMA
                        + "The value for the field 'k.$' must be a valid JSONPath or a valid intrinsic function call at /States/A/Parameters"),
                state("'Type':'Pass','Parameters':{'a':[{'k.$':'States.UUID()'}]},'End':true", SCHEMA + "The intrinsic function "
                        + "'States.UUID()' in the field 'k.$' is not supported by the local Step Functions at /States/A/Parameters"),
                state("'Type':'Pass','Parameters':{'k.$':'$.a','k':1},'End':true",
                        SCHEMA + "The field 'k' is given twice, with and without '.$' at /States/A/Parameters"),
                state("'Type':'Task','End':true", SCHEMA + "These fields are required: [Resource] at /States/A",
                        SCHEMA + "These fields are required: [Parameters] at /States/A"),
                state("'Type':'Task','Resource':'arn:aws:states:::sqs:sendMessage','Parameters':{'FunctionName':'f'},'End':true",
                        SCHEMA + "The resource provided arn:aws:states:::sqs:sendMessage is not recognized. The local Step Functions run "
                        + "arn:aws:states:::lambda:invoke and arn:aws:states:::lambda:invoke.waitForTaskToken at /States/A/Resource"),
                state(TASK + ",'Parameters':{'Payload':1},'End':true",
                        SCHEMA + "The field 'FunctionName' is required but was missing at /States/A/Parameters"),
                state(TASK + ",'Parameters':{'FunctionName':'f','InvocationType':'Event'},'End':true",
                        SCHEMA + "Field 'InvocationType' is not supported at /States/A/Parameters"),
                state(TASK + ",'Parameters':{'FunctionName':'f'},'TimeoutSeconds':9,'HeartbeatSeconds':9,'End':true",
                        SCHEMA + "The heartbeat interval must be smaller than the timeout value at /States/A/HeartbeatSeconds"),
                state(TASK + ",'Parameters':{'FunctionName':'f'},'TimeoutSecondsPath':'$.t','End':true",
                        SCHEMA + "Field 'TimeoutSecondsPath' is not supported at /States/A"),
                retry("{'IntervalSeconds':1}", SCHEMA + "These fields are required: [ErrorEquals] at /States/A/Retry[0]"),
                retry("{'ErrorEquals':[]}", SCHEMA + "Value cannot be empty at /States/A/Retry[0]/ErrorEquals"),
                retry("{'ErrorEquals':['States.ALL','X']}", SCHEMA
                        + "'States.ALL' must be the only error name and must be in the last entry at /States/A/Retry[0]/ErrorEquals"),
                retry("{'ErrorEquals':['States.ALL']},{'ErrorEquals':['X']}", SCHEMA
                        + "'States.ALL' must be the only error name and must be in the last entry at /States/A/Retry[0]/ErrorEquals"),
                retry("{'ErrorEquals':['X'],'IntervalSeconds':0}",
                        SCHEMA + "Value is not in the range of 1 to 99999999 at /States/A/Retry[0]/IntervalSeconds"),
                retry("{'ErrorEquals':['X'],'MaxAttempts':-1}",
                        SCHEMA + "Value is not in the range of 0 to 99999999 at /States/A/Retry[0]/MaxAttempts"),
                retry("{'ErrorEquals':['X'],'BackoffRate':0.5}",
                        SCHEMA + "Value must be a number greater than or equal to 1.0 at /States/A/Retry[0]/BackoffRate"),
                retry("{'ErrorEquals':['X'],'MaxDelaySeconds':31622401}",
                        SCHEMA + "Value is not in the range of 1 to 31622400 at /States/A/Retry[0]/MaxDelaySeconds"),
                retry("{'ErrorEquals':['X'],'JitterStrategy':'HALF'}", SCHEMA
                        + "The field 'JitterStrategy' should have one of these values: [FULL, NONE] at /States/A/Retry[0]/JitterStrategy"),
                state(TASK + ",'Parameters':{'FunctionName':'f'},'Catch':[{'ErrorEquals':['X'],'Next':'Z'}],'End':true",
                        TARGET + "Missing 'Next' target: Z at /States/A/Catch[0]/Next"),
                state("'Type':'Parallel','Branches':[],'End':true", SCHEMA + "Value cannot be empty at /States/A/Branches"),
                state("'Type':'Parallel','Branches':[{'StartAt':'B','States':{'B':{'Type':'Succeed'}}}],'TimeoutSeconds':3,'End':true",
                        SCHEMA + "Field 'TimeoutSeconds' is not supported at /States/A"),
                state("'Type':'Parallel','Branches':[{'StartAt':'B','States':{'B':{'Type':'Pass','Next':'A'}}}],'End':true",
                        TARGET + "Missing 'Next' target: A at /States/A/Branches[0]/States/B/Next"),
                state("'Type':'Parallel','Branches':[{'StartAt':'A','States':{'A':{'Type':'Succeed'}}}],'End':true",
                        "DUPLICATE_STATE_NAME: Duplicate State name: A at /States/A"),
                state("'Type':'Wait','End':true", SCHEMA
                        + "Exactly one of these fields is required: [Seconds, SecondsPath, Timestamp, TimestampPath] at /States/A"),
                state("'Type':'Wait','Timestamp':'2020-01-01','End':true",
                        SCHEMA + "String does not match RFC3339 timestamp at /States/A/Timestamp"),
                state("'Type':'Choice','Choices':[]", SCHEMA + "Value cannot be empty at /States/A/Choices"),
                state("'Type':'Choice'", SCHEMA + "These fields are required: [Choices] at /States/A"),
                choice("'Variable':'$.a','StringMatches':'x*','Next':'B'", SCHEMA + "Field 'StringMatches' is not supported at /States/A/Choices[0]"),
                choice("'Variable':'$.a','Next':'B'",
                        SCHEMA + "Exactly one comparison or one of [And, Or, Not] is required, found [] at /States/A/Choices[0]"),
                choice("'Variable':'$.a','IsNull':true,'IsPresent':true,'Next':'B'", SCHEMA
                        + "Exactly one comparison or one of [And, Or, Not] is required, found [IsNull, IsPresent] at /States/A/Choices[0]"),
                choice("'StringEquals':'x','Next':'B'", SCHEMA + "These fields are required: [Variable] at /States/A/Choices[0]"),
                choice("'Variable':'$.a','NumericEquals':'1','Next':'B'",
                        SCHEMA + "Expected value of type Numeric at /States/A/Choices[0]/NumericEquals"),
                choice("'And':[{'Variable':'$.a','IsNull':true,'Next':'B'}],'Next':'B'", SCHEMA
                        + "Exactly one comparison or one of [And, Or, Not] is required, found [IsNull, Next] at /States/A/Choices[0]/And[0]"),
                choice("'Variable':'$.a','IsNull':true,'Next':'Q'", TARGET + "Missing 'Next' target: Q at /States/A/Choices[0]/Next"),
                refused("{'StartAt':'A','States':{'A':{'Type':'Pass','Next':'C'},'B':{'Type':'Succeed'}}}",
                        TARGET + "Missing 'Next' target: C at /States/A/Next"),
                refused("{'StartAt':'A','States':{'A':{'Type':'Succeed'},'B':{'Type':'Succeed'}}}",
                        TARGET + "State \"B\" is not reachable. at /States/B"));
    }

    private static Arguments refused(String definition, String... findings) {
        return Arguments.of(definition, findings);
    }

    private static Arguments state(String body, String... findings) {
        return refused("{'StartAt':'A','States':{'A':{" + body + "}}}", findings);
    }

    private static Arguments retry(String retriers, String... findings) {
        return state(TASK + ",'Parameters':{'FunctionName':'f'},'Retry':[" + retriers + "],'End':true", findings);
    }

    private static Arguments choice(String option, String... findings) {
        return refused("{'StartAt':'A','States':{'A':{'Type':'Choice','Choices':[{" + option + "}]},'B':{'Type':'Succeed'}}}", findings);
    }

    @Test
    void brokenJsonIsToldWithItsPlace() {
        assertThat(refusalOf("{\n nope")).startsWith("Invalid State Machine Definition: 'INVALID_JSON_DESCRIPTION: Unexpected character")
                .endsWith(" at [Source: (String); line: 2, column: 2]'");
        assertThat(refusalOf("")).contains("INVALID_JSON_DESCRIPTION");
        assertThat(refusalOf("{\"StartAt\":\"A\",\"States\":{}} x")).contains("INVALID_JSON_DESCRIPTION");
    }

    @Test
    void aStateGivenTwiceIsNotSilentlyLost() {
        assertThat(refusalOf("{\"StartAt\":\"A\",\"States\":{\"A\":{\"Type\":\"Succeed\"},\"A\":{\"Type\":\"Fail\"}}}"))
                .contains("INVALID_JSON_DESCRIPTION: Duplicate");
    }

    @Test
    void aNameEndsAt80Characters() {
        assertThatCode(() -> DefinitionReader.read(named("x".repeat(80)))).doesNotThrowAnyException();
        assertThat(refusalOf(named("x".repeat(81)))).contains("INVALID_STATE_NAME");
    }

    private static String named(String name) {
        return "{\"StartAt\":\"" + name + "\",\"States\":{\"" + name + "\":{\"Type\":\"Succeed\"}}}";
    }

    @ParameterizedTest
    @MethodSource
    void accepted(String definition) {
        assertThatCode(() -> DefinitionReader.read(definition.replace('\'', '"'))).doesNotThrowAnyException();
    }

    static Stream<String> accepted() {
        String task = TASK + ",'Parameters':{'FunctionName':'f'},'End':true";
        return Stream.concat(
                Stream.of("{'Comment':'c','Version':'1.0','QueryLanguage':'JSONPath','StartAt':'A','States':{'A':{'Type':'Succeed'}}}"),
                Arrays.stream(new String[] {task + ",'Retry':[],'Catch':[]", task + ",'Retry':[{'ErrorEquals':['X'],'Comment':'why'}]",
                    task + ",'ResultPath':null,'InputPath':null", "'Type':'Wait','Seconds':0,'End':true",
                    "'Type':'Fail','Comment':'c'", "'Type':'Pass','Result':null,'End':true",
                    "'Type':'Pass','Parameters':{'deep':{'k.$':'$$.State.Name','l':[1,{'m.$':'$[0].x'}]}},'End':true"})
                        .map(state -> "{'StartAt':'A','States':{'A':{" + state + "}}}"));
    }

    private static String refusalOf(String definition) {
        try {
            DefinitionReader.read(definition);
            return "accepted";
        } catch (DefinitionRefused e) {
            return e.getMessage();
        }
    }
}
