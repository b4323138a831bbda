package io.pipewright.functions.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Modifier;
import java.math.BigDecimal;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.jar.JarFile;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallingType;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.MapTrait;
import software.amazon.awssdk.services.codepipeline.model.PipelineDeclaration;

/** Every model class of the SDK's jar but the exceptions, which {@link ApiError} stands for, and JSON made up for each. */
final class Samples {
    private Samples() {
    }

    /** A model class that has a builder. */
    record Type(String name, Supplier<SdkPojo> builder) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Type> types() {
        URL sdk = PipelineDeclaration.class.getProtectionDomain().getCodeSource().getLocation();
        try (JarFile jar = new JarFile(Path.of(sdk.toURI()).toFile())) {
            return jar.stream()
                    .map(entry -> entry.getName().replace('/', '.'))
                    .filter(name -> name.startsWith(PipelineDeclaration.class.getPackageName()) && name.endsWith(".class"))
                    .filter(name -> !name.contains("$"))
                    .map(name -> loaded(name.replaceFirst("\\.class$", "")))
                    .filter(type -> SdkPojo.class.isAssignableFrom(type) && !Modifier.isAbstract(type.getModifiers()))
                    .filter(type -> !Throwable.class.isAssignableFrom(type))
                    .map(type -> new Type(type.getSimpleName(), () -> builder(type)))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    static ObjectNode object(SdkPojo builder, Random random, double presence) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        for (SdkField<?> field : builder.sdkFields()) {
            if (random.nextDouble() < presence) {
                json.set(field.locationName(), value(field, random, presence));
            }
        }
        return json;
    }

    private static JsonNode value(SdkField<?> field, Random random, double presence) {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        MarshallingType<?> type = field.marshallingType();
        if (type == MarshallingType.STRING) {
            return nodes.textNode(List.of("", "a", "Zoë \uD83D\uDE80 \" \\ \n", "#{x.y}", "1").get(random.nextInt(5)));
        } else if (type == MarshallingType.INTEGER) {
            return nodes.numberNode(random.nextInt());
        } else if (type == MarshallingType.BOOLEAN) {
            return nodes.booleanNode(random.nextBoolean());
        } else if (type == MarshallingType.INSTANT) {
            return List.<JsonNode>of(
                    nodes.numberNode(1790631278L),
                    nodes.numberNode(new BigDecimal("1790631278.2")),
                    nodes.numberNode(new BigDecimal("1790631640.243")),
                    nodes.numberNode(0L)).get(random.nextInt(4));
        } else if (type == MarshallingType.LIST) {
            ArrayNode array = nodes.arrayNode();
            int size = random.nextInt(3);
            for (int i = 0; i < size; i++) {
                array.add(value(field.getTrait(ListTrait.class).memberFieldInfo(), random, presence));
            }
            return array;
        } else if (type == MarshallingType.MAP) {
            ObjectNode map = nodes.objectNode();
            int size = random.nextInt(3);
            for (int i = 0; i < size; i++) {
                map.set("key" + i, value(field.getTrait(MapTrait.class).valueFieldInfo(), random, presence));
            }
            return map;
        }
        return object(field.constructor().get(), random, presence);
    }

    private static Class<?> loaded(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    private static SdkPojo builder(Class<?> type) {
        try {
            return (SdkPojo) type.getMethod("builder").invoke(null);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
