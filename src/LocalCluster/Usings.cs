// The server's own notions here: they know more than the parts of a review that they are written into.
global using AdmissionRequest = LocalCluster.ApiServer.Admission.AdmissionRequest;
global using UserInfo = LocalCluster.ApiServer.Http.UserInfo;
