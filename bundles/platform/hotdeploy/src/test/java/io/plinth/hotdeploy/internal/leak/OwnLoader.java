package io.plinth.hotdeploy.internal.leak;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.locks.LockSupport;

/** Loads {@link Payload} by itself, as the class loader of a bundle loads the classes of the bundle. */
final class OwnLoader extends ClassLoader {
    /** A class of the bundle: a job that ends when it is interrupted. */
    public static final class Payload implements Runnable {
        @Override
        public void run() {
            while (!Thread.currentThread().isInterrupted()) {
                LockSupport.park();
            }
        }
    }

    OwnLoader() {
        super(OwnLoader.class.getClassLoader());
    }

    Runnable payload() {
        try {
            return (Runnable)
                    loadClass(Payload.class.getName()).getDeclaredConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            if (loaded != null) {
                return loaded;
            }
            if (!name.equals(Payload.class.getName())) {
                return super.loadClass(name, resolve);
            }
            try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
                byte[] bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }
}
