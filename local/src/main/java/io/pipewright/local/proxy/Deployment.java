package io.pipewright.local.proxy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.regions.PartitionMetadata;
import software.amazon.awssdk.regions.Region;

/** A deployed stack, as CloudFormation knows it. One call of one operation isn't worth a client of its own. */
public final class Deployment {
    private static final String API_VERSION = "2010-05-15";
    /** The stack's output that names the API. */
    private static final String OUTPUT = "ApiEndpoint";

    private Deployment() { }

    /** The API can't be found. The message says why, and what to do. */
    public static final class NotFoundException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NotFoundException(String message) {
            super(message);
        }
    }

    /** CloudFormation's endpoint for a region, or the one that the environment names for it. */
    public static URI cloudFormation(String region, Map<String, String> environment) {
        String named = environment.getOrDefault("AWS_ENDPOINT_URL_CLOUDFORMATION", environment.get("AWS_ENDPOINT_URL"));
        return URI.create(named != null ? named
                : "https://cloudformation." + region + "." + PartitionMetadata.of(Region.of(region)).dnsSuffix());
    }

    /**
     * The URL of a stack's API.
     *
     * @throws NotFoundException when there is no such stack, it isn't Pipewright's, or CloudFormation won't say
     */
    public static URI apiUrl(URI cloudFormation, String region, String stack, AwsCredentialsProvider credentials) {
        String form = "Action=DescribeStacks&Version=" + API_VERSION + "&StackName="
                + URLEncoder.encode(stack, StandardCharsets.UTF_8);
        try (SignedCalls calls = new SignedCalls(credentials, region)) {
            SignedCalls.Answer answer = calls.post("cloudformation", URI.create(cloudFormation + "/"),
                    Map.of("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"),
                    form.getBytes(StandardCharsets.UTF_8));
            return apiUrl(answer, region, stack);
        } catch (IOException e) {
            throw new NotFoundException("CloudFormation doesn't answer at " + cloudFormation + ": " + e);
        }
    }

    private static URI apiUrl(SignedCalls.Answer answer, String region, String stack) {
        Element xml = parse(answer.body());
        if (answer.status() != 200) {
            throw refused(first(xml, "Code").orElse("HTTP " + answer.status()), first(xml, "Message").orElse(""), region, stack);
        }
        NodeList outputs = xml.getElementsByTagName("OutputKey");
        for (int i = 0; i < outputs.getLength(); i++) {
            if (outputs.item(i).getTextContent().equals(OUTPUT)) {
                return URI.create(first((Element) outputs.item(i).getParentNode(), "OutputValue").orElseThrow());
            }
        }
        throw new NotFoundException("The stack " + stack + " in " + region + " has no output " + OUTPUT + ": its state is "
                + first(xml, "StackStatus").orElse("unknown")
                + ", or it is not Pipewright's. Name Pipewright's with --stack, or its API with --api-url.");
    }

    private static NotFoundException refused(String code, String message, String region, String stack) {
        if (code.equals("ValidationError")) {
            return new NotFoundException("There is no stack " + stack + " in " + region + " (" + message
                    + "). Deploy Pipewright with cdk deploy, or name its stack with --stack and its region with --region.");
        }
        return new NotFoundException("CloudFormation doesn't say where the stack " + stack + " has its API: " + code + ": " + message
                + "\nAllow cloudformation:DescribeStacks on it, or give the API's URL with --api-url.");
    }

    private static Optional<String> first(Element element, String name) {
        NodeList found = element.getElementsByTagName(name);
        return found.getLength() == 0 ? Optional.empty() : Optional.of(found.item(0).getTextContent());
    }

    private static Element parse(byte[] xml) {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            return factory.newDocumentBuilder().parse(new ByteArrayInputStream(xml)).getDocumentElement();
        } catch (SAXException e) {
            throw new NotFoundException("CloudFormation answered something else than XML: " + e.getMessage());
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException("Every Java platform parses XML", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
