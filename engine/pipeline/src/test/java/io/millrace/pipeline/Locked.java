package io.millrace.pipeline;

import io.millrace.reader.ChunkReader;
import io.millrace.writer.ChunkWriter;
import io.millrace.writer.ControlStore;
import io.millrace.writer.LaneWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;

/** Makes a model fit for threads: every call, also of what it hands out, holds the model's lock. */
public final class Locked {
    private static final List<Class<?>> HANDED_OUT =
            List.of(LaneWriter.class, ChunkWriter.class, ControlStore.class, ChunkReader.class);

    private Locked() {}

    public static <T> T of(Class<T> type, T model) {
        return of(type, model, model);
    }

    private static <T> T of(Class<T> type, Object model, Object lock) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    Object result;
                    synchronized (lock) {
                        try {
                            result = method.invoke(model, arguments);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    }
                    Class<?> returned = method.getReturnType();
                    return HANDED_OUT.contains(returned) ? of(returned, result, lock) : result;
                }));
    }
}
