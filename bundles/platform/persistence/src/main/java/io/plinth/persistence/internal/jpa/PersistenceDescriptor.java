package io.plinth.persistence.internal.jpa;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * What the platform reads of a {@code META-INF/persistence.xml}.
 *
 * @param unit name of the one persistence unit
 * @param classes entities, embeddables and converters
 * @param properties of the unit
 */
public record PersistenceDescriptor(String unit, List<String> classes, Map<String, String> properties) {
    /** Its place in a bundle. */
    public static final String PATH = "META-INF/persistence.xml";

    public PersistenceDescriptor {
        classes = List.copyOf(classes);
        properties = Map.copyOf(properties);
    }

    /**
     * Reads the descriptor.
     *
     * @throws IllegalStateException when it is malformed or has not exactly one unit
     */
    public static PersistenceDescriptor read(URL address) {
        try (InputStream in = address.openStream()) {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            Element root = factory.newDocumentBuilder().parse(in).getDocumentElement();
            List<Element> units = children(root, "persistence-unit");
            if (units.size() != 1) {
                throw new IllegalStateException(address + " has " + units.size() + " persistence units, not one");
            }
            Element unit = units.get(0);
            List<String> classes = children(unit, "class").stream()
                    .map(element -> element.getTextContent().strip())
                    .toList();
            Map<String, String> properties = new LinkedHashMap<>();
            for (Element property : children(unit, "property")) {
                properties.put(property.getAttribute("name"), property.getAttribute("value"));
            }
            return new PersistenceDescriptor(unit.getAttribute("name"), classes, properties);
        } catch (IOException | SAXException | ParserConfigurationException e) {
            throw new IllegalStateException("Cannot read " + address + ": " + e.getMessage(), e);
        }
    }

    private static List<Element> children(Element parent, String name) {
        NodeList found = parent.getElementsByTagName(name);
        List<Element> elements = new ArrayList<>();
        for (int index = 0; index < found.getLength(); index++) {
            elements.add((Element) found.item(index));
        }
        return elements;
    }
}
