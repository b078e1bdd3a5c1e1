package io.plinth.hotdeploy.internal.leak;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.netbeans.lib.profiler.heap.GCRoot;
import org.netbeans.lib.profiler.heap.Heap;
import org.netbeans.lib.profiler.heap.HeapFactory;
import org.netbeans.lib.profiler.heap.Instance;
import org.netbeans.lib.profiler.heap.JavaClass;
import org.netbeans.lib.profiler.heap.JavaFrameGCRoot;
import org.netbeans.lib.profiler.heap.ObjectArrayInstance;
import org.netbeans.lib.profiler.heap.ThreadObjectGCRoot;

/** The shortest way from a GC root to a class loader in a heap dump, in words. */
final class RootPath {
    private static final int STEPS_MAX = 10_000;
    private static final int LINES_MAX = 40;
    private static final String THREAD_LOCAL = "ThreadLocal";

    private final Heap heap;
    private final HeapObjects objects;
    private final String label;
    /** From the class loader to the root. */
    private final List<Instance> chain;

    private RootPath(Heap heap, String label, List<Instance> chain) {
        this.heap = heap;
        this.objects = new HeapObjects(heap);
        this.label = label;
        this.chain = chain;
    }

    static Verdict find(Path dump, WatchedRevision revision) throws IOException {
        Heap heap = HeapFactory.createHeap(dump.toFile());
        Instance loader = referent(heap, revision.marker());
        if (loader == null) {
            // The collection before the dump was the one that it needed.
            return Verdict.COLLECTED;
        }
        List<Instance> chain = new ArrayList<>();
        Instance at = loader;
        while (at != null && chain.size() < STEPS_MAX) {
            chain.add(at);
            if (heap.getGCRoot(at) != null) {
                RootPath path = new RootPath(heap, revision.label(), chain);
                return new Verdict(false, path.culprit(), path.lines());
            }
            at = at.getNearestGCRootPointer();
        }
        return Verdict.held("held by soft references or finalizers only, and goes once memory gets short");
    }

    private static @Nullable Instance referent(Heap heap, long marker) {
        for (Object each : heap.getAllClasses()) {
            // There may be more than one class of this name: of older revisions of this bundle.
            if (each instanceof JavaClass found && found.getName().equals(WatchedRevision.class.getName())) {
                for (Iterator<?> instances = found.getInstancesIterator(); instances.hasNext(); ) {
                    if (instances.next() instanceof Instance watched
                            && watched.getValueOfField(WatchedRevision.MARKER) instanceof Long value
                            && value == marker) {
                        return (Instance) watched.getValueOfField("referent");
                    }
                }
            }
        }
        return null;
    }

    /** The static field or the thread that is to blame: the one nearest to the class loader. */
    private String culprit() {
        for (int index = 1; index < chain.size(); index++) {
            JavaClass owner = objects.asClass(chain.get(index));
            if (owner != null && !HeapObjects.isSame(owner.getClassLoader(), chain.get(0))) {
                String field = HeapObjects.fieldTo(owner.getStaticFieldValues(), chain.get(index - 1));
                if (field != null && !HeapObjects.isLoaderOf(field)) {
                    return "held by the static field " + owner.getName() + "." + field;
                }
            }
        }
        return "held by " + root();
    }

    private String root() {
        Instance root = chain.get(chain.size() - 1);
        GCRoot how = heap.getGCRoot(root);
        if (objects.isInstanceOf(root, Thread.class)) {
            String name = "the thread \"" + objects.threadName(root) + "\"";
            String field =
                    chain.size() > 1 ? HeapObjects.fieldTo(root.getFieldValues(), chain.get(chain.size() - 2)) : null;
            if (field == null) {
                return name;
            }
            return switch (field) {
                case "threadLocals", "inheritableThreadLocals" -> "a ThreadLocal of " + name + threadLocalValue();
                case "contextClassLoader" -> "the context class loader of " + name;
                default -> name;
            };
        }
        if (how instanceof JavaFrameGCRoot frame) {
            return frame(frame);
        }
        JavaClass type = objects.asClass(root);
        String what = type == null ? "an object of class " + root.getJavaClass().getName() : "class " + type.getName();
        return what + ", which the virtual machine holds (" + how.getKind() + ")";
    }

    private String frame(JavaFrameGCRoot frame) {
        ThreadObjectGCRoot thread = frame.getThreadGCRoot();
        if (thread == null) {
            return "a thread";
        }
        StackTraceElement[] stack = thread.getStackTrace();
        int number = frame.getFrameNumber();
        String where = stack != null && number >= 0 && number < stack.length ? ", in " + stack[number] : "";
        return "the thread \"" + objects.threadName(thread.getInstance()) + "\"" + where;
    }

    private String threadLocalValue() {
        for (int index = chain.size() - 1; index > 0; index--) {
            if (isThreadLocals(chain.get(index)) && !isThreadLocals(chain.get(index - 1))) {
                JavaClass type = objects.asClass(chain.get(index - 1));
                String name = type == null ? chain.get(index - 1).getJavaClass().getName() : type.getName();
                return ", its value is a " + name;
            }
        }
        return "";
    }

    private static boolean isThreadLocals(Instance instance) {
        return instance.getJavaClass().getName().startsWith(ThreadLocal.class.getName() + "$ThreadLocalMap");
    }

    /** The path, root first; steps inside of a JDK collection are one line. */
    private List<String> lines() {
        List<String> lines = new ArrayList<>();
        Instance root = chain.get(chain.size() - 1);
        if (objects.asClass(root) == null && !objects.isInstanceOf(root, Thread.class)) {
            lines.add(root());
        }
        String before = "";
        for (int index = chain.size() - 1; index > 0; index--) {
            String line = step(chain.get(index), chain.get(index - 1));
            if (!isInside(line, before)) {
                lines.add(line);
            }
            before = line;
        }
        lines.add("class loader of " + label);
        return shortened(lines);
    }

    private static boolean isInside(String line, String before) {
        return (isCollection(line) && isCollection(before))
                // That an instance leads to its class goes without saying.
                || before.equals("an instance of " + line.replaceFirst("^class ", ""));
    }

    private static boolean isCollection(String line) {
        return line.startsWith("java.util.") || line.startsWith("java.lang.Object[") || line.equals(THREAD_LOCAL);
    }

    private static List<String> shortened(List<String> lines) {
        if (lines.size() <= LINES_MAX) {
            return lines;
        }
        List<String> kept = new ArrayList<>(lines.subList(0, LINES_MAX / 2));
        kept.add("(" + (lines.size() - LINES_MAX) + " more)");
        kept.addAll(lines.subList(lines.size() - LINES_MAX / 2, lines.size()));
        return kept;
    }

    /** How one object holds the next. */
    private String step(Instance holder, Instance held) {
        JavaClass owner = objects.asClass(holder);
        if (owner != null) {
            String field = HeapObjects.fieldTo(owner.getStaticFieldValues(), held);
            return field == null || HeapObjects.isLoaderOf(field)
                    ? "class " + owner.getName()
                    : owner.getName() + "." + field + " (static field)";
        }
        if (isThreadLocals(holder)) {
            return THREAD_LOCAL;
        }
        String type = holder.getJavaClass().getName();
        if (holder instanceof ObjectArrayInstance) {
            return type;
        }
        String field = HeapObjects.fieldTo(holder.getFieldValues(), held);
        if (field == null) {
            return "an instance of " + type;
        }
        if (objects.isInstanceOf(holder, Thread.class)) {
            return "thread \"" + objects.threadName(holder) + "\", " + field;
        }
        return type + "." + field;
    }
}
