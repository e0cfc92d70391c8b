"""Who knows clinics: our table, Google, OpenStreetMap, all behind one protocol."""
