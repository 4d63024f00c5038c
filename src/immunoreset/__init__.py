"""immunoreset: an in-silico clinic for CAR-T cell therapy in autoimmune disease driven by B cells. Research software only."""
