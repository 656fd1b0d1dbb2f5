#include "domain/templates/blocks/wording.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace sojourn::templates::blocks {
namespace {

constexpr std::array all = {
    Wording{"en", "Unsubscribe", "Your preferences", "View in the browser", "day", "days", "hour",
            "hours", "minute", "minutes", "Watch the video"},
    Wording{"de", "Abmelden", "Ihre Einstellungen", "Im Browser ansehen", "Tag", "Tage", "Stunde",
            "Stunden", "Minute", "Minuten", "Video ansehen"},
    Wording{"es", "Darse de baja", "Sus preferencias", "Ver en el navegador", "día", "días", "hora",
            "horas", "minuto", "minutos", "Ver el vídeo"},
    Wording{"fr", "Se désabonner", "Vos préférences", "Voir dans le navigateur", "jour", "jours",
            "heure", "heures", "minute", "minutes", "Voir la vidéo"},
    Wording{"it", "Annulla l'iscrizione", "Le tue preferenze", "Apri nel browser", "giorno",
            "giorni", "ora", "ore", "minuto", "minuti", "Guarda il video"},
    Wording{"nl", "Afmelden", "Je voorkeuren", "In de browser bekijken", "dag", "dagen", "uur",
            "uur", "minuut", "minuten", "Bekijk de video"},
    Wording{"pl", "Wypisz się", "Twoje preferencje", "Zobacz w przeglądarce", "dzień", "dni",
            "godz.", "godz.", "min", "min", "Obejrzyj film"},
    Wording{"pt", "Cancelar inscrição", "Suas preferências", "Ver no navegador", "dia", "dias",
            "hora", "horas", "minuto", "minutos", "Assistir ao vídeo"},
};

}  // namespace

const Wording& wording_of(std::string_view language) {
  const std::string_view first = language.substr(0, language.find('-'));
  const auto* const found = std::ranges::find_if(
      all, [&](const Wording& each) { return equal_ignoring_case(each.language, first); });
  return found == all.end() ? all.front() : *found;
}

}  // namespace sojourn::templates::blocks
