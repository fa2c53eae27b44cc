package io.millrace.servers;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Runs the tests of a class with these servers, which it shares with the other classes of the JVM. A parameter of a
 * test, of a constructor or of a life-cycle method whose type is a server class gets the first one of that class; on a
 * parameter this annotation names which.
 *
 * <pre>{@code
 * @RealServers({MYSQL_8_0, POSTGRES_18})
 * class CopyIT {
 *     @Test
 *     void shouldCopyAllRowsWhenTableIsNew(MySqlServer source, PostgresServer target) {
 *         String database = source.freshDatabase("shop");
 *     }
 * }
 * }</pre>
 */
@Documented
@Inherited
@Target({ElementType.TYPE, ElementType.PARAMETER})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(RealServersExtension.class)
public @interface RealServers {
    ServerKind[] value();
}
