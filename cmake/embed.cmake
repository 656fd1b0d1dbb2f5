# Puts the built web app and the browser snippet into the program, by the assembler's .incbin.
#
# sojourn_embed(ASSEMBLY LIST) writes, for each file F of web/dist and sdk/js/dist that has no
# compressed twin's ending, symbols with the bytes of F, F.gz and F.br, and a line
# `SOJOURN_FILE(number, "/path", has_gzip, has_brotli)`. Without SOJOURN_EMBED_WEB both are empty.
function(sojourn_embed assembly list)
  set(code ".section .rodata\n")
  set(lines "")
  set(files "")
  if(SOJOURN_EMBED_WEB)
    file(GLOB_RECURSE files CONFIGURE_DEPENDS
      ${PROJECT_SOURCE_DIR}/web/dist/* ${PROJECT_SOURCE_DIR}/sdk/js/dist/*)
  endif()
  set(number 0)
  foreach(file ${files})
    if(file MATCHES "\\.(br|gz|map)$|/dist/manifest\\.json$")
      continue()
    endif()
    string(REGEX REPLACE "^${PROJECT_SOURCE_DIR}/(web|sdk/js)/dist" "" path ${file})
    set(has_gz 0)
    set(has_br 0)
    string(APPEND code ".globl sojourn_file_${number}_raw\n.globl sojourn_file_${number}_raw_end\n"
      "sojourn_file_${number}_raw:\n.incbin \"${file}\"\nsojourn_file_${number}_raw_end:\n")
    foreach(form gz br)
      string(APPEND code ".globl sojourn_file_${number}_${form}\n.globl sojourn_file_${number}_${form}_end\n"
        "sojourn_file_${number}_${form}:\n")
      if(EXISTS ${file}.${form})
        set(has_${form} 1)
        string(APPEND code ".incbin \"${file}.${form}\"\n")
      endif()
      string(APPEND code "sojourn_file_${number}_${form}_end:\n")
    endforeach()
    string(APPEND lines "SOJOURN_FILE(${number}, \"${path}\")\n")
    math(EXPR number "${number} + 1")
  endforeach()
  string(APPEND code ".section .note.GNU-stack,\"\",@progbits\n")
  file(CONFIGURE OUTPUT ${assembly} CONTENT "${code}" @ONLY)
  file(CONFIGURE OUTPUT ${list} CONTENT "${lines}" @ONLY)
  # A file that changes under the same name is read again.
  set_property(SOURCE ${assembly} APPEND PROPERTY OBJECT_DEPENDS "${files}")
endfunction()

# sojourn_embed_text(TARGET FILE NAME) puts the bytes of FILE, of the calling folder, into TARGET, between the symbols
# sojourn_NAME and sojourn_NAME_end.
function(sojourn_embed_text target file name)
  set(source ${CMAKE_CURRENT_SOURCE_DIR}/${file})
  set(assembly ${CMAKE_CURRENT_BINARY_DIR}/${name}.S)
  file(CONFIGURE OUTPUT ${assembly} CONTENT ".section .rodata
.globl sojourn_${name}, sojourn_${name}_end
sojourn_${name}:
.incbin \"${source}\"
sojourn_${name}_end:
.section .note.GNU-stack,\"\",@progbits
" @ONLY)
  # A file that changes under the same name is read again.
  set_property(SOURCE ${assembly} APPEND PROPERTY OBJECT_DEPENDS ${source})
  target_sources(${target} PRIVATE ${assembly})
endfunction()
