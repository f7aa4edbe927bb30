package org.crossfade.training.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** Says in words what went wrong with a file: Java's own messages are mostly the path alone. */
public final class FileProblem {
  private FileProblem() {}

  /** Returns one line. */
  public static String describe(Exception problem) {
    if (problem instanceof UncheckedIOException unchecked) {
      IOException cause = unchecked.getCause();
      return unchecked.getMessage().equals(cause.toString())
          ? describe(cause)
          : unchecked.getMessage() + ": " + describe(cause);
    }
    if (problem instanceof JsonProcessingException e) {
      return e.getOriginalMessage()
          + (e.getLocation() == null
              ? ""
              : " (line "
                  + e.getLocation().getLineNr()
                  + ", column "
                  + e.getLocation().getColumnNr()
                  + ")");
    }
    if (problem instanceof CharacterCodingException) {
      return "a file that should be text in UTF-8 is not";
    }
    if (problem instanceof FileSystemException e) {
      return e.getFile() + ": " + reason(e);
    }
    return problem.getMessage() == null ? problem.getClass().getSimpleName() : problem.getMessage();
  }

  private static String reason(FileSystemException e) {
    if (e instanceof NoSuchFileException) {
      return "there is no such file or folder";
    }
    if (e instanceof AccessDeniedException) {
      return "access is denied";
    }
    if (e instanceof FileAlreadyExistsException) {
      return "there is a file of this name already";
    }
    if (e instanceof NotDirectoryException) {
      return "is not a folder";
    }
    if (e instanceof DirectoryNotEmptyException) {
      return "the folder is not empty";
    }
    return e.getReason() == null ? "can't be read or written" : e.getReason();
  }
}
