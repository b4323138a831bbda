package io.pipewright.local.importing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DocumentTextTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            v: 1.10          | {"v":1.10}
            v: 007           | {"v":"007"}
            v: 0123456789012 | {"v":"0123456789012"}
            v: 2012-10-17    | {"v":"2012-10-17"}
            v: no            | {"v":false}
            v: 'no'          | {"v":"no"}
            v: ~             | {"v":null}
            v: 1e3           | {"v":"1e3"}
            v: !Ref 12       | {"v":{"Ref":"12"}}
            v: !GetAtt a.b.c | {"v":{"Fn::GetAtt":["a","b.c"]}}
            v: !Sub {a: b}   | {"v":{"Fn::Sub":{"a":"b"}}}
            v: !Condition c  | {"v":{"Condition":"c"}}
            {"v": 1.10}      | {"v":1.10}
            {v: !Ref a}      | {"v":{"Ref":"a"}}
            """, quoteCharacter = '`')
    void textIsReadAsItIsWritten(String text, String json) {
        assertThat(DocumentText.read(text).toString()).isEqualTo(json);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"a": ]          | is not JSON: line 1, column 7
            a: [b            | is not YAML
            {a: 1, a: 2}     | is not JSON
            ? [a, b]         | has a key that is no text, at line 1
            &a [*a]          | nested too deeply, or within itself
            """, quoteCharacter = '`')
    void whatCannotBeReadSaysWhere(String text, String message) {
        assertThatThrownBy(() -> DocumentText.read(text)).isInstanceOf(UnreadableException.class).hasMessageContaining(message);
    }

    @Test
    void aKeyMustNotComeTwice() {
        assertThatThrownBy(() -> DocumentText.read("a: 1\nb: 2\na: 3")).isInstanceOf(UnreadableException.class)
                .hasMessageContaining("has the key a twice, at line 3");
    }
}
