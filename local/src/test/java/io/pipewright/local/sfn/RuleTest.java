package io.pipewright.local.sfn;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuleTest {
    private static final String INPUT = """
            {"s":"a","t":"a","u":"B","n":1,"z":0,"big":9007199254740993,"b":true,"o":null,"l":[1,2],"q":{"r":"x"}}""";

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "'Variable':'$.s','StringEquals':'a'                                              | true",
        "'Variable':'$.s','StringEquals':'A'                                              | false",
        "'Variable':'$.n','StringEquals':'1'                                              | false",
        "'Variable':'$.s','StringEqualsPath':'$.t'                                        | true",
        "'Variable':'$.s','StringEqualsPath':'$.n'                                        | false",
        "'Variable':'$.s','StringLessThan':'b'                                            | true",
        "'Variable':'$.u','StringLessThan':'a'                                            | true",
        "'Variable':'$.s','StringGreaterThanEquals':'a'                                   | true",
        "'Variable':'$.s','StringLessThanEquals':'B'                                      | false",
        "'Variable':'$.q.r','StringEquals':'x'                                            | true",
        "'Variable':'$.z','NumericEquals':0.0                                             | true",
        "'Variable':'$.z','NumericEquals':-0.0                                            | true",
        "'Variable':'$.big','NumericEquals':9007199254740992                              | true",
        "'Variable':'$.n','NumericGreaterThan':1                                          | false",
        "'Variable':'$.n','NumericGreaterThanEquals':1                                    | true",
        "'Variable':'$.n','NumericLessThan':1.5                                           | true",
        "'Variable':'$.n','NumericLessThanPath':'$.z'                                     | false",
        "'Variable':'$.s','NumericEquals':1                                               | false",
        "'Variable':'$.b','BooleanEquals':true                                            | true",
        "'Variable':'$.b','BooleanEqualsPath':'$.n'                                       | false",
        "'Variable':'$.o','IsPresent':true                                                | true",
        "'Variable':'$.no.x','IsPresent':true                                             | false",
        "'Variable':'$.no','IsPresent':false                                              | true",
        "'Variable':'$.o','IsNull':true                                                   | true",
        "'Variable':'$.n','IsNull':false                                                  | true",
        "'Variable':'$.n','IsString':false                                                | true",
        "'Variable':'$.n','IsNumeric':true                                                | true",
        "'Variable':'$.b','IsBoolean':true                                                | true",
        "'Variable':'$.l[1]','NumericEquals':2                                            | true",
        "'Variable':'$$.Execution.Name','StringEquals':'run'                              | true",
        "'And':[{'Variable':'$.s','StringEquals':'a'},{'Variable':'$.n','NumericEquals':1}]  | true",
        "'And':[{'Variable':'$.s','StringEquals':'x'},{'Variable':'$.no','NumericEquals':1}] | false",
        "'Or':[{'Variable':'$.s','StringEquals':'a'},{'Variable':'$.no','NumericEquals':1}]  | true",
        "'Or':[{'Variable':'$.s','StringEquals':'x'},{'Variable':'$.n','NumericEquals':2}]   | false",
        "'Not':{'Variable':'$.s','StringEquals':'x'}                                      | true",
        "'Not':{'And':[{'Variable':'$.b','BooleanEquals':true}]}                          | false"})
    void aRuleHoldsOrDoesNot(String rule, boolean holds) {
        Rehearsal rehearsal = new Rehearsal(("{'StartAt':'C','States':{'C':{'Type':'Choice','Choices':[{" + rule
                + ",'Next':'Yes'}],'Default':'No'},'Yes':{'Type':'Pass','Result':true,'End':true},"
                + "'No':{'Type':'Pass','Result':false,'End':true}}}").replace('\'', '"'), INPUT);
        assertThat(rehearsal.ending().output()).isEqualTo(String.valueOf(holds));
    }
}
