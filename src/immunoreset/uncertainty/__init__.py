"""How sure a result is: the same patients under draws of the numbers of the model.

asked = Asked(draws=50)                              # of the accepted calibration, or of the prior while there is none
result = run_uncertain(study, asked)
result.arms["car-t"].interval("doris_day180", 0.9)   # between patients, of the numbers, and of a trial
"""
