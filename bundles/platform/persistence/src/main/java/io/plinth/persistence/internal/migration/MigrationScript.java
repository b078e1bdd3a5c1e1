package io.plinth.persistence.internal.migration;

import java.io.Reader;
import java.io.StringReader;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.flywaydb.core.api.resource.LoadableResource;
import org.flywaydb.core.internal.resolver.ChecksumCalculator;

/** One file {@code db/migration/V<n>__<name>.sql} of a bundle. */
public final class MigrationScript extends LoadableResource {
    /** Folder of a bundle that holds them. */
    public static final String FOLDER = "db/migration";

    private static final Pattern NAME = Pattern.compile("V([1-9][0-9]{0,8})__[A-Za-z0-9_]{1,100}\\.sql");

    private final String fileName;
    private final String text;
    private final int version;

    /**
     * Takes the text of a file.
     *
     * @throws IllegalStateException when the file has another name
     */
    public MigrationScript(String fileName, String text) {
        Matcher name = NAME.matcher(fileName);
        if (!name.matches()) {
            throw new IllegalStateException(FOLDER + "/" + fileName + " must be named V<n>__<name>.sql");
        }
        this.fileName = fileName;
        this.text = text;
        this.version = Integer.parseInt(name.group(1));
    }

    int version() {
        return version;
    }

    String text() {
        return text;
    }

    int checksum() {
        return ChecksumCalculator.calculate(this);
    }

    @Override
    public Reader read() {
        return new StringReader(text);
    }

    @Override
    public String getAbsolutePath() {
        return FOLDER + "/" + fileName;
    }

    @Override
    public String getAbsolutePathOnDisk() {
        return getAbsolutePath();
    }

    @Override
    public String getFilename() {
        return fileName;
    }

    @Override
    public String getRelativePath() {
        return fileName;
    }
}
