package io.pipewright.local.importing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pipewright.statemachine.definition.Finding;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Intrinsic functions of one template. */
class ResolverTest {
    private static final String TEMPLATE = """
            Parameters:
              Stage: { Type: String, Default: prod }
              Count: { Type: Number, Default: 3 }
              Zones: { Type: CommaDelimitedList, Default: "a, b" }
              Ids: { Type: List<Number>, Default: "7,8" }
              Owner: { Type: String }
              Image: { Type: "AWS::SSM::Parameter::Value<String>", Default: /image }
            Mappings:
              Sizes: { prod: { Big: 9 } }
            Conditions:
              IsProd: !Equals [!Ref Stage, prod]
              IsBeta: !Not [!Condition IsProd]
              Either: !Or [!Condition IsBeta, !Condition IsProd]
              Both: !And [!Condition IsBeta, !Condition IsOwned]
              IsOwned: !Equals [!Ref Owner, me]
              Circle: !Not [!Condition Circle]
            Resources:
              Bucket: { Type: AWS::S3::Bucket, Properties: { BucketName: !Sub "files-${Stage}" } }
              Unnamed: { Type: AWS::S3::Bucket }
              Selfish: { Type: AWS::S3::Bucket, Properties: { BucketName: !Sub "${Selfish}-${Selfish}" } }
              Role: { Type: AWS::IAM::Role, Properties: { RoleName: r, Path: /ci/ } }
              Topic: { Type: AWS::SNS::Topic, Properties: { TopicName: t } }
              Queue: { Type: AWS::SQS::Queue, Properties: { QueueName: q } }
              Repo: { Type: AWS::CodeCommit::Repository, Properties: { RepositoryName: code } }
              Machine: { Type: AWS::StepFunctions::StateMachine }
              Entry: { Type: AWS::SSM::Parameter, Properties: { Name: /e, Value: held } }
              Thing: { Type: "Custom::Thing" }
            """;
    private static final Facts FACTS = new Facts(
            Map.of("Thing.Size", "12", "{{resolve:ssm:/x}}", "looked-up"),
            Map.of("Machine AWS::StepFunctions::StateMachine", "arn:aws:states:eu-west-1:111122223333:stateMachine:m",
                    "Repo AWS::CodeCommit::Repository", "0f0e", "Role AWS::S3::Bucket", "other-type"),
            Map.of(), Map.of("Net:Bucket", "exported"), Optional.of("eu-west-1"), Optional.of("111122223333"),
            Set.of("arn:aws:cloudformation:eu-west-1:111122223333:stack/shop/1"));

    private final Gaps gaps = new Gaps();

    private JsonNode resolved(String expression, Facts facts) {
        Resolver resolver = new Resolver(new Template("t", "", DocumentText.read(TEMPLATE)), facts, gaps,
                (name, noting) -> Optional.empty());
        return resolver.resolve(DocumentText.read("v: " + expression), "").orElseThrow().path("v");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            !Ref Stage                                            | "prod"
            !Ref Count                                            | "3"
            !Ref Zones                                            | ["a","b"]
            !Ref Ids                                              | ["7","8"]
            !Ref AWS::Partition                                   | "aws"
            !Ref AWS::URLSuffix                                   | "amazonaws.com"
            !Ref AWS::StackName                                   | "shop"
            [1, !Ref AWS::NoValue, true, "x"]                     | [1,true,"x"]
            !Ref Bucket                                           | "files-prod"
            !GetAtt Bucket.Arn                                    | "arn:aws:s3:::files-prod"
            !GetAtt [Role, Arn]                                   | "arn:aws:iam::111122223333:role/ci/r"
            {"Fn::GetAtt": "Role.Arn"}                            | "arn:aws:iam::111122223333:role/ci/r"
            !Ref Topic                                            | "arn:aws:sns:eu-west-1:111122223333:t"
            !GetAtt Topic.TopicName                               | "t"
            !GetAtt Queue.QueueName                               | "q"
            !Ref Repo                                             | "0f0e"
            !GetAtt Repo.Name                                     | "code"
            !GetAtt Repo.Arn                                      | "arn:aws:codecommit:eu-west-1:111122223333:code"
            !Ref Machine                                          | "arn:aws:states:eu-west-1:111122223333:stateMachine:m"
            !GetAtt Machine.Name                                  | "m"
            !GetAtt Entry.Value                                   | "held"
            !GetAtt Thing.Size                                    | "12"
            !ImportValue Net:Bucket                               | "exported"
            a-{{resolve:ssm:/x}}-b                                | "a-looked-up-b"
            !Sub "{{resolve:ssm:/x}}-${Stage}"                    | "looked-up-prod"
            !Join ["", ["{{resolve:", ssm, ":/x}}"]]              | "looked-up"
            !Sub "${Stage}/${Bucket.Arn}/${!Stage}/$Stage"        | "prod/arn:aws:s3:::files-prod/${Stage}/$Stage"
            !Sub ["${A}${Stage}", {A: !Ref Count}]                | "3prod"
            !Join ["-", [a, !Ref Count, 1.10, !Ref AWS::NoValue]] | "a-3-1.10"
            !Join [",", !Ref Zones]                               | "a,b"
            !Select [1, !Ref Zones]                               | "b"
            !Select ["0", !Split [".", a.b]]                      | "a"
            !FindInMap [Sizes, !Ref Stage, Big]                   | 9
            {"Fn::FindInMap": [Sizes, x, y, {DefaultValue: z}]}   | "z"
            !If [IsProd, yes, no]                                 | true
            !If [IsBeta, b, !Ref Stage]                           | "prod"
            !If [Either, e, n]                                    | "e"
            !If [Both, b, n]                                      | "n"
            !Base64 hi                                            | "aGk="
            !Length [1, 2]                                        | 2
            !ToJsonString {a: !Ref Stage}                         | "{\\"a\\":\\"prod\\"}"
            """)
    void whatCanBeKnownIsWorkedOut(String expression, String expected) {
        assertThat(resolved(expression, FACTS).toString()).isEqualTo(expected);
        assertThat(gaps.findings()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            !Ref Owner                        | "${Owner}"               | --value Owner=VALUE
            !Ref Image                        | "${Image}"               | the parameter store holds
            !Ref Unnamed                      | "${Unnamed}"             | --value Unnamed=PHYSICAL-ID
            !Ref Selfish                      | "${Selfish}-${Selfish}"  | --value Selfish=PHYSICAL-ID
            !GetAtt Unnamed.Arn               | "${Unnamed.Arn}"         | --value Unnamed=PHYSICAL-ID
            !GetAtt Thing.Colour              | "${Thing.Colour}"        | --value Thing.Colour=VALUE
            !Ref Nobody                       | "${Nobody}"              | no parameter and no resource Nobody
            !Sub "x-${Nobody.Arn}"            | "x-${Nobody.Arn}"        | no resource Nobody
            !Join ["/", [a, !Ref Owner]]      | "a/${Owner}"             | --value Owner=VALUE
            !If [IsOwned, a, b]               | "${Condition IsOwned}"   | --value Owner=VALUE
            !If [Circle, a, b]                | "${Condition Circle}"    | other values
            !If [Nothing, a, b]               | "${Condition Nothing}"   | no such condition
            !Select [5, !Ref Zones]           | "${Fn::Select 5}"        | The list has 2 elements
            !FindInMap [Sizes, prod, Small]   | "${Mappings.Sizes.prod.Small}" | no such mapping
            !ImportValue Other                | "${Other}"               | Another stack exports it
            "{{resolve:ssm:/y}}"              | "{{resolve:ssm:/y}}"     | --value '{{resolve:ssm:/y}}=VALUE'
            !Sub "{{resolve:ssm:/${AWS::Partition}}}" | "{{resolve:ssm:/aws}}" | --value '{{resolve:ssm:/aws}}=VALUE'
            !Join ["", ["{{resolve:ssm:", "/y}}"]]    | "{{resolve:ssm:/y}}"   | --value '{{resolve:ssm:/y}}=VALUE'
            !Transform {Name: Include}        | "${Fn::Transform}"       | --template-stage Processed
            !Cidr [a, 1, 2]                   | "${Fn::Cidr}"            | Write the value
            !Ref AWS::StackName               | "${AWS::StackName}"      | --value AWS::StackName=VALUE
            !Ref AWS::Region                  | "${AWS::Region}"         | --region
            !GetAtt Topic.TopicArn            | "${Topic.TopicArn}"      | --value Topic.TopicArn=VALUE
            """, quoteCharacter = '`')
    void whatCannotBeKnownIsNamedWithItsRemedy(String expression, String placeholder, String remedy) {
        assertThat(resolved(expression, Facts.of(Map.of(), Optional.empty(), Optional.empty())).toString()).isEqualTo(placeholder);
        assertThat(gaps.findings()).extracting(Finding::remedy).anyMatch(found -> found.contains(remedy));
        assertThat(placeholder).satisfies(text -> assertThat(gaps.isIn(text)).isTrue());
    }

    @Test
    void whatTheUserSaysComesFirst() {
        Facts facts = Facts.of(Map.of("Stage", "beta", "Bucket", "mine", "Repo", "id", "AWS::StackName", "s"), Optional.of("cn-north-1"),
                Optional.of("1"));
        assertThat(resolved("!Sub '${Stage} ${Bucket} ${Bucket.Arn} ${AWS::StackName}'", facts).asText())
                .isEqualTo("beta mine arn:aws-cn:s3:::mine s");
    }

    @Test
    void stacksThatDisagreeSayNothing() {
        String stack = "{\"Stacks\": [{\"StackId\": \"arn:aws:cloudformation:eu-west-1:111122223333:stack/%1$s/1\", \"Parameters\": ["
                + "{\"ParameterKey\": \"Owner\", \"ParameterValue\": \"%1$s\"}, "
                + "{\"ParameterKey\": \"Stage\", \"ParameterValue\": \"all\"}]}]}";
        Facts one = Facts.of(Map.of(), Optional.empty(), Optional.empty()).with(stack.formatted("one"));
        assertThat(resolved("!Sub '${Owner} ${Stage} ${AWS::StackName} ${AWS::Region}'", one).asText()).isEqualTo("one all one eu-west-1");
        assertThat(resolved("!Sub '${Owner} ${Stage} ${AWS::StackName} ${AWS::Region}'", one.with(stack.formatted("two"))).asText())
                .isEqualTo("${Owner} all ${AWS::StackName} eu-west-1");
        Facts three = one.with(stack.formatted("two")).with(stack.replace("eu-west-1", "us-east-1").formatted("three"));
        assertThat(resolved("!Sub '${Owner} ${AWS::Region} ${AWS::AccountId}'", three).asText())
                .isEqualTo("${Owner} ${AWS::Region} 111122223333");
    }

    @Test
    void aGapNamesEachPlaceOnce() {
        resolved("[!Ref Owner, {a: !Ref Owner}, !Sub '${Owner}${Owner}']", FACTS);
        List<Finding> findings = gaps.findings();
        assertThat(findings).hasSize(1);
        assertThat(findings.get(0).path()).isEqualTo(".v[0]");
        assertThat(findings.get(0).message()).isEqualTo("Not known: ${Owner}\nalso at .v[1].a\nalso at .v[2]");
    }
}
