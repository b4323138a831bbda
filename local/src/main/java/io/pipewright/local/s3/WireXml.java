package io.pipewright.local.s3;

import java.io.ByteArrayInputStream;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallLocation;
import software.amazon.awssdk.core.protocol.MarshallingType;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.PayloadTrait;
import software.amazon.awssdk.core.traits.XmlAttributesTrait;
import software.amazon.awssdk.utils.builder.SdkBuilder;

/** The SDK's shapes as S3's XML documents, by the names and list forms that the model's traits carry. */
final class WireXml {
    static final String PROLOG = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
    private static final String NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    private static final int DEEPEST = 16;

    /** Members that {@code encoding-type=url} encodes. */
    private static final Set<String> ENCODED = Set.of("Key", "Prefix", "Delimiter", "Marker", "NextMarker", "KeyMarker",
            "NextKeyMarker", "StartAfter");
    private static final XMLInputFactory READERS = readers();

    private WireXml() {
    }

    private static XMLInputFactory readers() {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        return factory;
    }

    // Writing

    /** The payload members of an answer below a root element of this name. */
    static String write(String root, SdkPojo answer, boolean urlEncoded) {
        return write(root, answer, urlEncoded, List.of());
    }

    /**
     * As {@link #write(String, SdkPojo, boolean)}, with these elements after the others.
     *
     * @param mixed the entries of several lists in their common order, by the name of their element
     */
    static String write(String root, SdkPojo answer, boolean urlEncoded, List<Element> mixed) {
        UnaryOperator<String> encoding = urlEncoded ? Keys::encode : UnaryOperator.identity();
        StringBuilder xml = new StringBuilder(PROLOG).append('<').append(root).append(" xmlns=\"").append(NAMESPACE).append("\">");
        members(xml, answer, encoding);
        for (Element element : mixed) {
            element(xml, element.name(), element.value(), encoding);
        }
        return xml.append("</").append(root).append('>').toString();
    }

    record Element(String name, SdkPojo value) {
    }

    /** A document that is nothing but a text. */
    static String writeText(String root, String text) {
        StringBuilder xml = new StringBuilder(PROLOG).append('<').append(root).append(" xmlns=\"").append(NAMESPACE).append("\">");
        escape(xml, text);
        return xml.append("</").append(root).append('>').toString();
    }

    static void text(StringBuilder xml, String name, String value) {
        xml.append('<').append(name).append('>');
        escape(xml, value);
        xml.append("</").append(name).append('>');
    }

    private static void members(StringBuilder xml, SdkPojo pojo, UnaryOperator<String> encoding) {
        for (SdkField<?> field : pojo.sdkFields()) {
            Object value = field.getValueOrDefault(pojo);
            if (field.location() == MarshallLocation.PAYLOAD && value != null && !isAttribute(field)) {
                member(xml, field, value, encoding);
            }
        }
    }

    private static boolean isAttribute(SdkField<?> field) {
        return field.locationName().startsWith("xsi:");
    }

    private static void member(StringBuilder xml, SdkField<?> field, Object value, UnaryOperator<String> encoding) {
        if (value instanceof List<?> list) {
            list(xml, field, list, encoding);
        } else if (value instanceof SdkPojo pojo) {
            open(xml, field, pojo);
            members(xml, pojo, encoding);
            xml.append("</").append(field.locationName()).append('>');
        } else {
            String text = value instanceof Instant instant ? TIME.format(instant) : value.toString();
            text(xml, field.locationName(), ENCODED.contains(field.memberName()) ? encoding.apply(text) : text);
        }
    }

    private static void open(StringBuilder xml, SdkField<?> field, SdkPojo pojo) {
        xml.append('<').append(field.locationName());
        field.getOptionalTrait(XmlAttributesTrait.class).ifPresent(trait -> trait.attributes().forEach((name, accessors) -> {
            String value = accessors.attributeGetter().apply(pojo);
            if (value != null) {
                xml.append(' ').append(name).append("=\"");
                escape(xml, value);
                xml.append('"');
            }
        }));
        xml.append('>');
    }

    private static void list(StringBuilder xml, SdkField<?> field, List<?> values, UnaryOperator<String> encoding) {
        ListTrait trait = field.getRequiredTrait(ListTrait.class);
        boolean flat = trait.isFlattened();
        String name = flat ? field.locationName() : trait.memberFieldInfo().locationName();
        if (!flat) {
            xml.append('<').append(field.locationName()).append('>');
        }
        for (Object value : values) {
            element(xml, name, value, encoding);
        }
        if (!flat) {
            xml.append("</").append(field.locationName()).append('>');
        }
    }

    private static void element(StringBuilder xml, String name, Object value, UnaryOperator<String> encoding) {
        if (value instanceof SdkPojo pojo) {
            xml.append('<').append(name).append('>');
            members(xml, pojo, encoding);
            xml.append("</").append(name).append('>');
        } else {
            text(xml, name, value.toString());
        }
    }

    /** Control characters as references, as S3 writes them, though XML 1.0 has no place for most. */
    private static void escape(StringBuilder xml, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '<' -> xml.append("&lt;");
                case '>' -> xml.append("&gt;");
                case '&' -> xml.append("&amp;");
                case '"' -> xml.append("&quot;");
                default -> {
                    if (c < ' ' || c == 0xfffe || c == 0xffff) {
                        xml.append("&#x").append(Integer.toHexString(c)).append(';');
                    } else {
                        xml.append(c);
                    }
                }
            }
        }
    }

    // Reading

    private record Node(String name, StringBuilder text, List<Node> children) {
        List<Node> named(String child) {
            return children.stream().filter(node -> node.name().equals(child)).toList();
        }
    }

    /** Sets the member that is a request's payload from a document; an empty body leaves it absent. */
    static <B extends SdkPojo> B read(B request, byte[] document) {
        if (document.length > 0) {
            Node root = parse(document);
            for (SdkField<?> field : request.sdkFields()) {
                if (field.containsTrait(PayloadTrait.class)) {
                    if (!root.name().equals(field.locationName())) {
                        throw Refusal.malformedXml();
                    }
                    field.set(request, struct(field, root));
                }
            }
        }
        return request;
    }

    private static Node parse(byte[] document) {
        try {
            XMLStreamReader reader = READERS.createXMLStreamReader(new ByteArrayInputStream(document));
            List<Node> path = new ArrayList<>();
            Node root = null;
            while (reader.hasNext()) {
                switch (reader.next()) {
                    case XMLStreamConstants.START_ELEMENT -> {
                        Node node = new Node(reader.getLocalName(), new StringBuilder(), new ArrayList<>());
                        if (path.isEmpty()) {
                            root = node;
                        } else {
                            path.get(path.size() - 1).children().add(node);
                        }
                        path.add(node);
                    }
                    case XMLStreamConstants.END_ELEMENT -> path.remove(path.size() - 1);
                    case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> {
                        if (!path.isEmpty()) {
                            path.get(path.size() - 1).text().append(reader.getText());
                        }
                    }
                    case XMLStreamConstants.DTD, XMLStreamConstants.ENTITY_REFERENCE -> throw Refusal.malformedXml();
                    default -> { }
                }
                if (path.size() > DEEPEST) {
                    throw Refusal.malformedXml();
                }
            }
            return root;
        } catch (XMLStreamException e) {
            throw Refusal.malformedXml();
        }
    }

    private static Object struct(SdkField<?> field, Node node) {
        SdkPojo builder = field.constructor().get();
        for (SdkField<?> member : builder.sdkFields()) {
            List<Node> nodes = node.named(member.locationName());
            if (!nodes.isEmpty()) {
                member.set(builder, value(member, nodes));
            }
        }
        return ((SdkBuilder<?, ?>) builder).build();
    }

    private static Object value(SdkField<?> field, List<Node> nodes) {
        if (field.marshallingType() == MarshallingType.LIST) {
            ListTrait trait = field.getRequiredTrait(ListTrait.class);
            SdkField<?> element = trait.memberFieldInfo();
            List<Node> members = trait.isFlattened() ? nodes : nodes.get(0).named(element.locationName());
            return members.stream().map(node -> value(element, List.of(node))).toList();
        }
        Node node = nodes.get(0);
        if (field.marshallingType() == MarshallingType.SDK_POJO) {
            return struct(field, node);
        }
        try {
            return Shapes.value(field, node.text().toString());
        } catch (Refusal notANumber) {
            throw Refusal.malformedXml();
        }
    }
}
