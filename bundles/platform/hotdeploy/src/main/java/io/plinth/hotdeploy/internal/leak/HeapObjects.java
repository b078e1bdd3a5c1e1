package io.plinth.hotdeploy.internal.leak;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.netbeans.lib.profiler.heap.Heap;
import org.netbeans.lib.profiler.heap.Instance;
import org.netbeans.lib.profiler.heap.JavaClass;
import org.netbeans.lib.profiler.heap.ObjectFieldValue;
import org.netbeans.lib.profiler.heap.PrimitiveArrayInstance;

/** Reads objects of a heap dump as what they were in Java. */
final class HeapObjects {
    private static final int LATIN1 = 0;
    private static final int TEXT_LENGTH_MAX = 200;
    /** The library shows the loader of a class as a static field of this name. */
    private static final String CLASS_LOADER_FIELD = "<classLoader>";

    private final Heap heap;

    HeapObjects(Heap heap) {
        this.heap = heap;
    }

    /** The class that a {@code java.lang.Class} object stands for; {@code null} for any other object. */
    @Nullable
    JavaClass asClass(Instance instance) {
        return instance.getJavaClass().getName().equals(Class.class.getName())
                ? heap.getJavaClassByID(instance.getInstanceId())
                : null;
    }

    boolean isInstanceOf(Instance instance, Class<?> type) {
        for (JavaClass at = instance.getJavaClass(); at != null; at = at.getSuperClass()) {
            if (at.getName().equals(type.getName())) {
                return true;
            }
        }
        return false;
    }

    /** Name of the first of these fields that refers to an object; {@code null} for none of them. */
    @Nullable
    static String fieldTo(List<?> values, Instance target) {
        for (Object value : values) {
            if (value instanceof ObjectFieldValue field && isSame(field.getInstance(), target)) {
                return field.getField().getName();
            }
        }
        return null;
    }

    static boolean isLoaderOf(String field) {
        return field.equals(CLASS_LOADER_FIELD);
    }

    static boolean isSame(@Nullable Instance one, @Nullable Instance other) {
        return one != null && other != null && one.getInstanceId() == other.getInstanceId();
    }

    String threadName(Instance thread) {
        return thread.getValueOfField("name") instanceof Instance name ? text(name) : "?";
    }

    private static String text(Instance string) {
        if (!(string.getValueOfField("value") instanceof PrimitiveArrayInstance array)) {
            return "?";
        }
        List<?> values = array.getValues();
        byte[] bytes = new byte[Math.min(values.size(), TEXT_LENGTH_MAX)];
        for (int index = 0; index < bytes.length; index++) {
            bytes[index] = Byte.parseByte(values.get(index).toString());
        }
        boolean isLatin1 = string.getValueOfField("coder") instanceof Byte coder && coder == LATIN1;
        return new String(bytes, isLatin1 ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_16LE);
    }
}
