package io.pipewright.local.importing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StartInputTest {
    private static final String HEAD = "{\"name\":\"shop\",\"ruleArn\":\"<aws.events.rule-arn>\",\"clientRequestToken\":\"<id>\"";

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {}                                                                 | }
            {"Input": "{}"}                                                    | }
            {"Input": " { } "}                                                 | }
            {"Input": "{\\"variables\\":[]}"}                                    | ,"variables":[]}
            {"Input": "{\\"sourceRevisions\\":{\\"actionName\\":\\"a\\"}}"}          | ,"sourceRevisions":[{"actionName":"a"}]}
            {"InputTransformer": {"InputTemplate": "{\\"variables\\": <list>}"}} | ,"variables": <list>}
            {"Input": "no object"}                                             | }
            """)
    void whatThePipelineTookIsPassedOnWithItsName(String target, String rest) {
        assertThat(StartInput.transformer("shop", DocumentText.read(target)).path("InputTemplate").asText().strip())
                .isEqualTo(HEAD + rest);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"e": "$.id"}      | e       | {"e":"$.id"}
            {"id": "$.detail"} | eventId | {"id":"$.detail","eventId":"$.id"}
            """)
    void theEventsIdHasOneNameInTheTemplate(String paths, String name, String all) {
        var transformer = StartInput.transformer("shop",
                DocumentText.read("{\"InputTransformer\": {\"InputPathsMap\": " + paths + ", \"InputTemplate\": \"{}\"}}"));
        assertThat(transformer.path("InputPathsMap").toString()).isEqualTo(all);
        assertThat(transformer.path("InputTemplate").asText()).contains("\"clientRequestToken\":\"<" + name + ">\"");
    }
}
