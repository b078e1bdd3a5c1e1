/** Black-box tests of the outside contract, against the assembled distribution. */
@NullMarked
package io.plinth.itests;

import org.jspecify.annotations.NullMarked;
