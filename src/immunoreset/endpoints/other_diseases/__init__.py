"""Other diseases: rheumatoid arthritis, myositis, systemic sclerosis, multiple sclerosis, myasthenia gravis, ANCA vasculitis."""
