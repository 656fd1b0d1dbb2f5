# `script/package`: a Debian package with the program, its systemd unit, its settings file and the documents.
if(NOT TARGET sojourn)
  return()
endif()

set(packaging ${PROJECT_SOURCE_DIR}/packaging)
set(documents share/doc/sojourn)
install(TARGETS sojourn RUNTIME DESTINATION bin)
install(FILES ${packaging}/sojourn.service DESTINATION /lib/systemd/system)
install(FILES ${packaging}/sojourn.env DESTINATION /etc/sojourn)
install(FILES README.md ARCHITECTURE.md ${packaging}/copyright docs/guides/getting-started.md docs/reference/settings.md
              docs/reference/glossary.md DESTINATION ${documents})
install(DIRECTORY examples/ DESTINATION ${documents}/examples OPTIONAL)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME sojourn)
set(CPACK_PACKAGE_CONTACT "The Sojourn authors <maintainers@sojourn.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "marketing automation that reacts to what people do")
set(CPACK_PACKAGE_DESCRIPTION
"Takes in what people do, decides what should happen next for each of them, and
sends it: segments, scores, journeys and email, in one program with its own
store and web interface.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION web)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "adduser, ca-certificates, tzdata")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
  ${packaging}/postinst ${packaging}/prerm ${packaging}/postrm ${packaging}/conffiles)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
include(CPack)
