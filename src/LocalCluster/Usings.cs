// Who asks is the server's own notion here: it knows more than the UserInfo of a review that it is written into.
global using UserInfo = LocalCluster.ApiServer.Http.UserInfo;
