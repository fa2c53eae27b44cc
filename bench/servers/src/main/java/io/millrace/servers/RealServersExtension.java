package io.millrace.servers;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/** Starts what {@link RealServers} asks for before a class's tests, and hands it to them. */
final class RealServersExtension implements BeforeAllCallback, ParameterResolver {
    @Override
    public void beforeAll(ExtensionContext context) {
        kindsOf(context).forEach(Servers::shared);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return kindsOf(parameter, context).findFirst().isPresent();
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return Servers.shared(kindsOf(parameter, context).findFirst().orElseThrow());
    }

    private static Stream<ServerKind> kindsOf(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return parameter
                .findAnnotation(RealServers.class)
                .map(annotation -> Arrays.stream(annotation.value()))
                .orElseGet(() -> kindsOf(context))
                .filter(kind -> Server.class.isAssignableFrom(type) && type.isAssignableFrom(kind.serverClass()));
    }

    private static Stream<ServerKind> kindsOf(ExtensionContext context) {
        for (ExtensionContext at = context; at != null; at = at.getParent().orElse(null)) {
            var annotation = at.getElement().flatMap(e -> AnnotationSupport.findAnnotation(e, RealServers.class));
            if (annotation.isPresent()) {
                return Arrays.stream(annotation.get().value());
            }
        }
        return Stream.empty();
    }
}
